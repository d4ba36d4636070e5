/** The engine and its failures. */
export const engine = {
  starting: 'Starting the engine …',
  stopped: 'The engine has stopped.',
  ends: {
    error: (reason: string) =>
      `The engine stopped: ${reason}. Saved runs and models are kept; runs continue from their last checkpoint.`,
    unloadable: () =>
      'The engine could not be loaded: its file is missing, or the connection is lost. Check that the server runs.',
    ended: () => 'The browser ended the engine, perhaps for lack of memory. Saved runs and models are kept.',
  },
  restart: 'Start it again',
  threads: (n: number) => (n === 1 ? '1 thread' : `${n} threads`),
  oneThread: 'One thread: this page is not isolated (COOP and COEP headers are missing).',
  noStorage: 'This browser keeps nothing: runs are lost when the page is closed.',
};
