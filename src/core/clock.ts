/** Time as an argument: what needs the present asks a Clock, so that tests can hold it still. */

export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
