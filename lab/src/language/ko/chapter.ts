import type { chapter as english } from '../en/chapter.ts';
import { steps } from './chapter-steps.ts';

/** The view Chapter: its frame. */
export const chapter: typeof english = {
  heading: '배우기',
  lead: '고리 하나에서 언어 모델까지 열두 걸음. 화면의 숫자는 모두 지금 이 라이브러리의 계층이 계산한 값입니다.',
  list: '둘러보기 순서',
  keys: '화살표 키 ←, →로 앞뒤로 넘길 수 있습니다.',
  previous: '이전',
  next: '다음',
  position: (n, of) => `${of}단계 중 ${n}단계`,
  doThis: '해 보기:',
  computing: '엔진이 이 단계를 계산하는 중 …',
  source: '소스',
  figures: (list) => `5장의 그림 ${list.join(', ')}`,
  steps,
};
