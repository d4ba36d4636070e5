import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Case } from './case.ts';
import { type Answer, exchange } from './client.ts';

/** Pause of a slow reader, and wait of a client that disconnects before the answer, in milliseconds. */
const PAUSE_MS = 1500;
const HASTE_MS = 20;

/** The result of a request. */
export interface Outcome {
  /** A status, `left`, or the fault. */
  readonly result: string;
  readonly right: boolean;
  readonly answer: Answer | null;
}

class Left extends Error {}

/** Sends a request with its client's behaviour and checks the answer. */
export async function visit(url: URL, agent: Agent, one: Case): Promise<Outcome> {
  try {
    const answer = await exchange(url, agent, one.message, onlookerOf(one));
    const fault = faultOf(one, answer);
    const result =
      fault === null ? String(answer.status) : `${answer.status}, ${fault}: ${answer.text.slice(0, 300)}`;
    return { result, right: fault === null, answer };
  } catch (error) {
    if (error instanceof Left) return { result: 'left', right: true, answer: null };
    return { result: String(error), right: false, answer: null };
  }
}

function onlookerOf({ manner }: Case) {
  const leaveLater = (request: ClientRequest) => {
    setTimeout(() => request.destroy(new Left()), HASTE_MS * Math.random());
  };
  if (manner === 'leaves-early' || manner === 'leaves-uploading') return { sent: leaveLater };
  if (manner === 'leaves-midway') {
    return { heard: (response: IncomingMessage) => void response.destroy(new Left()) };
  }
  if (manner === 'patient') return {};
  let paused = false;
  return {
    heard: (response: IncomingMessage) => {
      if (paused) return;
      paused = true;
      response.pause();
      setTimeout(() => response.resume(), PAUSE_MS);
    },
  };
}

/** The fault of an answer, or null. */
function faultOf({ manner, message, status, tokens }: Case, answer: Answer): string | null {
  const { text } = answer;
  if (answer.status === 429)
    return status === 200 && text.includes('queue_full') ? null : 'not to be refused';
  if (answer.status !== status) return `not ${status}`;
  if (manner.startsWith('leaves')) return null;
  if (status !== 200) return text.includes('"error":{"message":') ? null : 'no error is told';
  if (String(message.body).includes('"stream":true') && !text.endsWith('data: [DONE]\n\n'))
    return 'the stream has no end';
  if (tokens !== undefined && !text.includes(`"completion_tokens":${tokens},`)) return `not ${tokens} tokens`;
  return null;
}

/** The text of a completion, whole or streamed. */
export function textOf({ text }: Answer): string {
  const events = text.startsWith('data: ')
    ? text.split('\n\n').map((event) => event.slice('data: '.length))
    : [text];
  const answers = events.filter((event) => event.startsWith('{')).map((event) => JSON.parse(event));
  return answers.flatMap(({ choices }) => choices.map((choice: { text: string }) => choice.text)).join('');
}
