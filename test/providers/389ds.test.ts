/** 389 Directory Server, with its memberOf plug-in. */
import { expect, test } from 'vitest';
import { startDirectoryServer } from './support/directory-server.ts';
import { PASSWORD, signIn, startScenario, testProvider } from './support/scenario.ts';

const scenario = startScenario(startDirectoryServer);

testProvider(scenario);

test('who is locked there is not listed here', async () => {
  const { provider, sync, person, roster } = scenario();
  await provider.addPerson('ida', PASSWORD);
  await sync();
  expect(await person('ida')).toBeDefined();
  await provider.lockPerson('ida');
  await sync();
  expect(await person('ida')).toBeUndefined();
  expect(await signIn(roster, 'ida', PASSWORD)).toMatchObject({ status: 49 });
});
