/** How an MPI implementation represents what the calls get: its binary interface. */
export interface Abi {
  readonly name: 'the standard ABI' | 'Open MPI' | 'MPICH';
  /** The C type of handles, as koffi spells it. */
  readonly handle: 'uintptr_t' | 'int';
  /** MPI_COMM_WORLD */
  readonly world: number;
  /** MPI_BYTE */
  readonly byte: number;
  /** MPI_STATUS_IGNORE */
  readonly ignoreStatus: number;
  /** MPI_IN_PLACE */
  readonly inPlace: number;
}

/** MPI 5.0, chapter "Application Binary Interface": handles are pointers with values below 4096. */
export const standard: Abi = {
  name: 'the standard ABI',
  handle: 'uintptr_t',
  world: 0x101,
  byte: 0x247,
  ignoreStatus: 0,
  inPlace: 1,
};

/** MPICH and those compatible with it, such as Intel MPI and MVAPICH: handles are integers. */
export const mpich: Abi = {
  name: 'MPICH',
  handle: 'int',
  world: 0x44000000,
  byte: 0x4c00010d,
  ignoreStatus: 1,
  inPlace: -1,
};

/** Open MPI: handles are the addresses of its variables. @param addressOf the address of a variable of the library */
export function openMpi(addressOf: (variable: string) => number): Abi {
  return {
    name: 'Open MPI',
    handle: 'uintptr_t',
    world: addressOf('ompi_mpi_comm_world'),
    byte: addressOf('ompi_mpi_byte'),
    ignoreStatus: 0,
    inPlace: 1,
  };
}
