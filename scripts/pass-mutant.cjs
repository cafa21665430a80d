'use strict';
// Loaded by mocha below Stryker (scripts/mutate.ts), which tells by this variable which change is at work. Probers and
// bots get an environment of their own, without it, and would run the code unchanged: so it goes to every process that
// is started from here.
const { ChildProcess } = require('node:child_process');

const NAME = '__STRYKER_ACTIVE_MUTANT__';
const active = process.env[NAME];
if (active) {
  const { spawn } = ChildProcess.prototype;
  ChildProcess.prototype.spawn = function spawnWithMutant(options) {
    options.envPairs?.push(`${NAME}=${active}`, `NODE_OPTIONS=--require ${JSON.stringify(__filename)}`);
    return spawn.call(this, options);
  };
}
