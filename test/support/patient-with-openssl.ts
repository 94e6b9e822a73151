import { jest } from '@jest/globals';

// Each certificate takes two runs of openssl, and many times as long where the machine does other things besides.
jest.setTimeout(60_000);
