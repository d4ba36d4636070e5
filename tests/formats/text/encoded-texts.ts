/** The same bytes as Python's codecs write: encoding, text, bytes in hexadecimal. */
export const encodedTexts: readonly (readonly [encoding: string, text: string, hex: string])[] = [
  [
    'euc-kr',
    '모든 인간은 태어날 때부터 자유롭다.\n',
    'b8f0b5e720c0ceb0a3c0ba20c5c2beeeb3af20b6a7bacec5cd20c0dac0afb7d3b4d92e0a',
  ],
  [
    'shift_jis',
    'すべての人間は、生れながらにして自由である。\n',
    '82b782d782c482cc906c8ad482cd814190b682ea82c882aa82e782c982b582c48ea9975282c582a082e981420a',
  ],
  [
    'euc-jp',
    'すべての人間は、生れながらにして自由である。\n',
    'a4b9a4d9a4c6a4cebfcdb4d6a4cfa1a2c0b8a4eca4caa4aca4e9a4cba4b7a4c6bcabcdb3a4c7a4a2a4eba1a30a',
  ],
  [
    'gb18030',
    '人人生而自由，在尊严和权利上一律平等。\n',
    'c8cbc8cbc9fab6f8d7d4d3c9a3acd4dad7f0d1cfbacdc8a8c0fbc9cfd2bbc2c9c6bdb5c8a1a30a',
  ],
  [
    'big5',
    '人人生而自由，在尊嚴和權利上一律平等。\n',
    'a448a448a5cda6d3a6dba5d1a141a662b44cc459a94dc576a751a457a440abdfa5adb5a5a1430a',
  ],
  [
    'windows-1251',
    'Все люди рождаются свободными и равными.\n',
    'c2f1e520ebfee4e820f0eee6e4e0fef2f1ff20f1e2eee1eee4edfbece820e820f0e0e2edfbece82e0a',
  ],
  [
    'koi8-r',
    'Все люди рождаются свободными и равными.\n',
    'f7d3c520ccc0c4c920d2cfd6c4c1c0d4d3d120d3d7cfc2cfc4ced9cdc920c920d2c1d7ced9cdc92e0a',
  ],
  [
    'windows-1252',
    'Frei an „Würde“ – für 5 € im Café.\n',
    '4672656920616e208457fc7264659320962066fc722035208020696d20436166e92e0a',
  ],
];
