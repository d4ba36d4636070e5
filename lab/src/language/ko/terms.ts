import type { terms as english } from '../en/terms.ts';

/** Terms of the field: a sentence on each, with its source. */
export const terms: typeof english = {
  perplexity:
    '평균 놀람(비트)만큼 2를 거듭제곱한 값. 똑같이 그럴듯한 후보가 몇 개일 때만큼 예측이 어려운지를 나타냅니다. (Jelinek 외 1977)',
  surprisal: '토큰이 얼마나 뜻밖이었는지: 모델이 매긴 확률의 −log₂, 단위는 비트. (Shannon 1948)',
};
