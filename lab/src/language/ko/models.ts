import type { models as english } from '../en/models.ts';

/** The choice of a model. */
export const models: typeof english = {
  label: '모델',
  open: '모델 열기',
  opening: '모델을 여는 중 …',
  none: '아직 모델이 없습니다. 학습하거나 모델 파일을 여세요.',
  first: '연설문(예제)',
  summary: (cell, layers, H, parameters) =>
    `${cell.toUpperCase()} ${H}, ${layers}계층, 매개변수 ${parameters}개`,
  unknown: (id) => `${id}: 이 브라우저에 없는 모델입니다. 파일을 다시 여세요.`,
  notKept: (reason) => `모델은 열렸지만 이 브라우저에 저장되지 않습니다: ${reason}`,
  remove: '삭제',
  sentence: '읽을 문장',
  sentenceDefault: 'We choose to do these things not because they are easy.',
};
