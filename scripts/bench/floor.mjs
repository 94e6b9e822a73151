import express from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { inTurn, servePlainly } from './plain-server.mjs';

// What the gateway's own stack costs when it decides nothing, looks nothing up and records nothing.

servePlainly(({ answers }) => {
  const nextAnswer = inTurn(answers);
  const app = express();
  app.use(helmet());
  app.use(rateLimit({ windowMs: 60_000, limit: 1_000_000_000 }));
  app.post('/v1/agreements/:agreement/operations/:operation', express.json(), (request, response) => {
    response.json(nextAnswer());
  });
  return app;
});
