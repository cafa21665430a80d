'use strict';

// Loaded into the Agents Playground with --require. It has no host option and listens on all interfaces; here every TCP
// server it opens is bound to 127.0.0.1, and what a web page of somebody else sends to one is refused: whoever writes to
// it is taken for the person at this machine. It also ends with the process that started it (the pipe on its standard input
// closes however that process dies), and then removes the temporary folder it runs in.

const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');

const { isFromHere } = require('../http/loopback.ts');

const HOST = '127.0.0.1';
const listen = net.Server.prototype.listen;

function isPort(value) {
  return typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
}

net.Server.prototype.listen = function listenOnLoopback(...args) {
  const [first] = args;
  if (isPort(first)) {
    const callback = args.find((argument) => typeof argument === 'function');
    return listen.call(this, { port: Number(first), host: HOST }, ...(callback ? [callback] : []));
  }
  if (first === undefined || first === null || typeof first === 'function') {
    return listen.call(this, { port: 0, host: HOST }, ...(typeof first === 'function' ? [first] : []));
  }
  if (typeof first === 'object' && isPort(first.port)) {
    return listen.call(this, { ...first, host: HOST, ipv6Only: false }, ...args.slice(1));
  }
  return listen.apply(this, args);
};

const REFUSAL = 'This page answers on localhost only, and no other page.\n';
const { emit } = http.Server.prototype;

http.Server.prototype.emit = function emitFromHere(event, ...args) {
  const [request, response] = args;
  const isRequest = event === 'request' || event === 'checkContinue' || event === 'checkExpectation';
  if ((!isRequest && event !== 'upgrade' && event !== 'connect') || isFromHere(request)) {
    return emit.call(this, event, ...args);
  }
  if (isRequest) response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' }).end(REFUSAL);
  else response.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  return true;
};

function end() {
  process.exit(0);
}

process.stdin.on('end', end);
process.stdin.on('close', end);
process.stdin.on('error', end);
process.stdin.resume();

const folder = process.env.CERTBOT_PLAYGROUND_FOLDER;
process.on('SIGTERM', end);
process.on('exit', () => {
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
});
