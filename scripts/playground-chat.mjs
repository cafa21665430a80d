// Types into the personal chat of a running Agents Playground as its page does, and waits for the bot's answer:
//   node scripts/playground-chat.mjs http://127.0.0.1:56150/ "check localhost:3978"
// Ends with 0 when an answer came that names the last word typed, else with 1. Needs Node 22 or newer (WebSocket).

const ANSWER_WITHIN = 60_000;

const [page, text] = process.argv.slice(2);
const about = text.split(' ').at(-1);

async function answered() {
  const { config } = await (await fetch(new URL('/_internal/v1/config', page))).json();
  const stream = new URL('/_ws_conversation/v1/conversations/stream', page);
  stream.protocol = 'ws:';
  const socket = new WebSocket(stream);
  const answer = new Promise((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => {
      // The page hears of what was typed as well; what the bot says is a card.
      if (String(data).includes('AdaptiveCard') && String(data).includes(about)) resolve();
    });
    socket.addEventListener('error', () => reject(new Error('The stream of the page broke.')));
    setTimeout(() => reject(new Error(`No answer to “${text}” came.`)), ANSWER_WITHIN).unref();
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const sent = await fetch(new URL(`/_conversation/v1/conversations/${config.personalChat.id}/messages`, page), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: { id: config.currentUser.id }, text, textFormat: 'plain' }),
  });
  if (!sent.ok) throw new Error(`The page did not take “${text}”: ${sent.status} ${await sent.text()}`);
  await answer;
  socket.close();
}

try {
  await answered();
  console.log(`“${text}” was answered in the chat.`);
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
