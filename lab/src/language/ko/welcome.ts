import type { welcome as english } from '../en/welcome.ts';

/** The first visit. */
export const welcome: typeof english = {
  label: '이 페이지 소개',
  lead: '미국 대통령 연설로 학습한 작은 순환 신경망이 문장 하나를 읽고 있습니다. 문장은 바꿔 쓸 수 있습니다. 토큰마다 한 열씩, 그 토큰까지 읽은 은닉 상태와 다음 토큰의 예측을 보여 줍니다. 모든 계산은 이 페이지 안에서 이루어집니다.',
  train: '내 글로 학습하기',
  open: '모델 파일 열기',
  tour: '둘러보기 시작',
  close: '닫기',
};
