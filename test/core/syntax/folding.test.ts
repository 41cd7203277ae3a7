import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAttribute, foldCase, foldExact } from '../../../src/core/syntax/folding.ts';

describe('foldCase', () => {
  it.each([
    ['case', 'Jane DOE', 'jane doe'],
    ['case beyond ASCII', 'JÜRGEN ÅSA', 'jürgen åsa'],
    ['sharp s, small and capital', 'Straße STRAẞE', 'strasse strasse'],
    ['sigma wherever it stands', 'ΟΔΟΣ οδος', 'οδοσ οδοσ'],
    ['blanks at the ends', '  jane  ', 'jane'],
    ['repeated blanks', 'jane   doe', 'jane doe'],
    ['tabs, line breaks and no-break spaces', 'jane\t\n\u00a0\u3000doe', 'jane doe'],
    ['composed and decomposed letters', 'e\u0301', 'é'],
    ['full-width letters', 'ＪＡＮＥ', 'jane'],
    ['ligatures', 'oﬃce', 'office'],
    ['soft hyphens, joiners and marks of direction', 'ja\u00adn\u200de\u200f\ufeff', 'jane'],
    ['control characters', 'ja\u0000ne\u007f', 'jane'],
    ['a dotless i, which is another letter', 'adm\u0131n', 'adm\u0131n'],
    ['nothing', '', ''],
    ['only blanks', '   ', ''],
  ])('folds %s', (_, text, folded) => {
    expect(foldCase(text)).toBe(folded);
  });

  it('changes nothing when folding again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const folded = foldCase(text);
        expect(foldCase(folded)).toBe(folded);
      }),
    );
  });

  it('does not see the case of letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abzäöüßéñжяδσ '.split('')) }), (text) => {
        expect(foldCase(text.toUpperCase())).toBe(foldCase(text));
      }),
    );
  });
});

describe('foldExact', () => {
  it.each([
    ['Jane DOE', 'Jane DOE'],
    ['  Jane \t DOE ', 'Jane DOE'],
    ['E\u0301', 'É'],
    ['Ja\u00adne', 'Jane'],
  ])('prepares %j as %j and keeps its case', (text, folded) => {
    expect(foldExact(text)).toBe(folded);
  });
});

describe('foldAttribute', () => {
  it('lowers an attribute description with its options', () => {
    expect(foldAttribute('userCertificate;Binary')).toBe('usercertificate;binary');
  });
});
