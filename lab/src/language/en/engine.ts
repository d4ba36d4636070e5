/** The engine and its failures. */
export const engine = {
  starting: 'Starting the engine …',
  died: (reason: string) => `The engine stopped: ${reason}. Saved runs are kept.`,
  restart: 'Start it again',
  threads: (n: number) => (n === 1 ? '1 thread' : `${n} threads`),
  oneThread: 'One thread: this page is not isolated (COOP and COEP headers are missing).',
  noStorage: 'This browser keeps nothing: runs are lost when the page is closed.',
};
