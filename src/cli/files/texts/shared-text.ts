import { broadcastJson } from '../../../distributed/agreement.ts';
import type { Group } from '../../../distributed/group.ts';
import { StoppedElsewhere } from '../../../distributed/together.ts';

/** A message of rank 0: a chunk of the text, null after a text, or how it ends. */
type Message = { readonly chunk: string | null } | 'end' | 'stopped';

/**
 * The chunks of a text on all ranks, although only rank 0 reads it: the files need not be on every machine, and standard input works
 * too. All ranks must take the same number of chunks.
 * @param where the beginning of messages
 * @throws what the reading throws, on rank 0, which then ends all; StoppedElsewhere on the others when it was asked to stop
 */
export async function* sharedText(
  group: Group,
  where: string,
  chunks: AsyncIterable<string | null>,
): AsyncGenerator<string | null, void> {
  if (group.size === 1) yield* chunks;
  else if (group.rank === 0) yield* sent(group, chunks);
  else yield* received(group, where);
}

async function* sent(
  group: Group,
  chunks: AsyncIterable<string | null>,
): AsyncGenerator<string | null, void> {
  const send = (message: Message) => broadcastJson(group, message);
  try {
    for await (const chunk of chunks) {
      await send({ chunk });
      yield chunk;
    }
  } catch (error) {
    if (Object(error).name === 'AbortError') await send('stopped');
    throw error;
  }
  await send('end');
}

async function* received(group: Group, where: string): AsyncGenerator<string | null, void> {
  for (;;) {
    const message = await broadcastJson<Message>(group, null);
    if (message === 'end') return;
    if (message === 'stopped') throw new StoppedElsewhere(where);
    yield message.chunk;
  }
}
