import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NO_METADATA } from '../../../src/core/model/metadata.ts';
import { EMPTY_PROFILE } from '../../../src/core/model/profile.ts';
import type { User } from '../../../src/core/model/user.ts';
import { Arena } from '../../../src/ldap-server/tree/arena.ts';
import { createDit } from '../../../src/ldap-server/tree/dit.ts';
import { UserPacker } from '../../../src/ldap-server/tree/packed-user.ts';
import { userReference } from '../../../src/ldap-server/tree/reference.ts';
import { aUser, fieldsOf } from '../../support/rows.ts';

const dit = createDit('dc=roster');
const anyText = fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 400 }));
const anyDate = fc.date({ noInvalidDate: true });
const someText = fc.string({ minLength: 1 });

const anyUser: fc.Arbitrary<User> = fc
  .record({
    username: fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/),
    email: fc.option(fc.emailAddress()),
    otherEmails: fc.array(fc.emailAddress(), { maxLength: 3 }),
    displayName: anyText,
    givenName: anyText,
    familyName: anyText,
    active: fc.boolean(),
    confirmed: fc.boolean(),
    passwordHash: fc.option(someText),
    passwordChangedAt: fc.option(anyDate),
    createdAt: anyDate,
    updatedAt: anyDate,
    avatar: fc.option(fc.record({ digest: someText, bytes: fc.nat() })),
    metadata: fc.constantFrom(NO_METADATA, { quota: '5' }),
    profile: fc.constantFrom(EMPTY_PROFILE, {
      ...EMPTY_PROFILE,
      title: 'Häuptling',
      sshPublicKeys: ['ssh-ed25519 A'],
    }),
    origin: fc.option(
      fc.record({
        sourceId: someText,
        externalId: someText,
        dn: anyText,
        suspendedSince: fc.option(anyDate),
      }),
    ),
  })
  .map((fields) => aUser(fields));

it('a packed user holds all that the user does, wherever it is moved', () => {
  fc.assert(
    fc.property(fc.array(anyUser, { minLength: 1, maxLength: 5 }), (users) => {
      const arena = new Arena();
      const packer = new UserPacker(arena);
      const packed = users.map((user, number) =>
        packer.pack(userReference(dit, number, user.id, user.username), user),
      );
      // As a database reads them: without what a text in UTF-8 cannot hold.
      const read = users.map((user) => ({ ...user, ...wellFormed(user) }));
      expect(packed.map(fieldsOf)).toEqual(read);
      arena.renew();
      for (const user of packed) user.move(arena);
      expect(packed.map(fieldsOf)).toEqual(read);
    }),
    { numRuns: 200 },
  );
});

function wellFormed({ displayName, givenName, familyName }: User) {
  const [one, two, three] = [displayName, givenName, familyName].map((text) => Buffer.from(text).toString());
  return { displayName: one, givenName: two, familyName: three };
}
