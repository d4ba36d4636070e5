import type { page as english } from '../en/page.ts';

/** The frame of the page: header, navigation. */
export const page: typeof english = {
  other: 'English',
  title: 'Unrolled',
  lead: '내 글로 순환 언어 모델을 이 페이지에서 바로 학습합니다. 입력한 글은 밖으로 나가지 않습니다.',
  theme: '밝게 또는 어둡게',
  navigation: '보기',
  views: {
    text: '텍스트',
    train: '학습',
    unrolled: '펼쳐 보기',
    time: '시간 거슬러 가기',
    write: '쓰기',
    read: '읽기',
    words: '단어',
    chapter: '배우기',
  },
};
