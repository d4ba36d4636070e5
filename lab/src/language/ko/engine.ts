import type { engine as english } from '../en/engine.ts';

/** The engine and its failures. */
export const engine: typeof english = {
  starting: '엔진을 시작하는 중 …',
  stopped: '엔진이 멈췄습니다.',
  ends: {
    error: (reason) =>
      `엔진이 멈췄습니다: ${reason}. 저장된 학습과 모델은 그대로 있으며, 학습은 마지막 체크포인트부터 이어집니다.`,
    unloadable: () =>
      '엔진을 불러오지 못했습니다. 파일이 없거나 연결이 끊겼습니다. 서버가 실행 중인지 확인하세요.',
    ended: () =>
      '브라우저가 엔진을 종료했습니다. 메모리가 모자랐을 수 있습니다. 저장된 학습과 모델은 그대로 있습니다.',
  },
  restart: '다시 시작',
  threads: (n) => `스레드 ${n}개`,
  oneThread: '스레드 1개: 페이지가 격리되지 않았습니다(COOP, COEP 헤더가 없음).',
  noStorage: '이 브라우저에는 저장되지 않습니다. 페이지를 닫으면 학습이 사라집니다.',
};
