import type { models as english } from '../en/models.ts';

/** The choice of a model. */
export const models: typeof english = {
  label: '모델',
  open: '모델 열기',
  openingOf: (name, size) => `${name}${size} 여는 중 …`,
  none: '모델 없음',
  starting: '여는 중 …',
  choice: {
    run: (name) => name.replace('.safetensors', ''),
    file: (name) => name,
    site: (name) => name,
    first: () => '연설문(예제)',
  },
  about: '모델 정보',
  facts: {
    cell: '셀',
    layers: '계층 수',
    embedding: '분산 표현 크기 D',
    hidden: '은닉 상태 크기 H',
    topOf: (H, top) => `${H}, 맨 위 계층은 ${top}`,
    vocabulary: '어휘 수 V',
    parameters: '매개변수 수',
    perplexity: '검증 퍼플렉서티',
    origin: '출처',
    text: '학습한 텍스트',
  },
  origins: {
    run: '이 브라우저에서 학습한 모델',
    file: '직접 연 파일',
    site: '명령줄에 적은 파일',
    first: '이 페이지의 예제',
  },
  drop: '모델(.safetensors)이나 텍스트를 여기에 놓으세요',
  dismiss: '닫기',
  unknown: (id) => `${id}: 이 브라우저에 없는 모델입니다. 파일을 다시 여세요.`,
  notKept: (reason) => `모델은 열렸지만 이 브라우저에 저장되지 않습니다: ${reason}`,
  remove: '삭제',
  sentence: '읽을 문장',
  sentenceDefault: 'and the people of this country must work together to make our world a world of peace .',
};
