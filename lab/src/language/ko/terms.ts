import type { terms as english } from '../en/terms.ts';

/** Terms of the field: a sentence on each, with its source. */
export const terms: typeof english = {
  perplexity:
    '평균 놀람(비트)만큼 2를 거듭제곱한 값. 똑같이 그럴듯한 후보가 몇 개일 때만큼 예측이 어려운지를 나타냅니다. (Jelinek 외 1977)',
  surprisal: '토큰이 얼마나 뜻밖이었는지: 모델이 매긴 확률의 −log₂, 단위는 비트. (Shannon 1948)',
  entropy:
    '다음 토큰의 평균 놀람(비트). 하나로 정해져 있으면 0, 모두 똑같이 그럴듯하면 log₂ V입니다. (Shannon 1948)',
  temperature:
    '로짓을 나누는 값. 1보다 작으면 그럴듯한 토큰이 더 자주, 크면 덜 자주 뽑히고, 0이면 가장 그럴듯한 토큰을 고릅니다. (Ackley 외 1985)',
  topK: '가장 그럴듯한 토큰 k개에서만 뽑습니다. (Fan 외 2018)',
  topP: '확률이 높은 토큰부터 더해 p에 이를 때까지의 토큰에서만 뽑습니다. (Holtzman 외 2020)',
  minP: '가장 높은 확률의 이 비율 이상인 토큰에서만 뽑습니다. (Nguyen 외 2024)',
  typical:
    '놀람이 엔트로피에 가까운 토큰부터 더해 이 확률에 이를 때까지의 토큰에서만 뽑습니다. (Meister 외 2023)',
  repetitionPenalty:
    '최근 토큰의 로짓이 양수면 나누고 음수면 곱합니다. 1보다 크면 같은 토큰이 덜 나옵니다. (Keskar 외 2019)',
  beam: '가장 그럴듯한 앞부분 여러 개를 한 토큰씩 함께 늘리며, 폭만큼만 남깁니다. (Lowerre 1976)',
  embedding:
    '모델 안에서 토큰을 나타내는 벡터. 학습되는 표의 한 행으로, 분산 표현이라고도 합니다. (Bengio 외 2003)',
};
