/**
 * Flags of Node for a process that serves: room for the objects of requests under way, so that a collection of garbage seldom
 * finds them alive and copies them. `npm start` and the first line of gecit.mjs have them as well.
 */
export const SERVER_FLAGS = ['--max-semi-space-size=64'];
