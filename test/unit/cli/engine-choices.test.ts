import { expect, test } from 'vitest';
import { engineChoices } from '../../../src/cli/engine-choices.ts';
import { readConfig } from '../../../src/config.ts';

const choicesOf = (environment: NodeJS.ProcessEnv) => engineChoices(readConfig({}, environment, '/nowhere'));

test('what is configured of the engine is chosen, and nothing else', () => {
  expect(choicesOf({})).toEqual({});
  const environment = {
    DOCMILL_SLOTS: '4',
    DOCMILL_BATCH_TOKENS: '128',
    DOCMILL_CONTEXT_TOKENS: '1024',
    DOCMILL_FLASH_ATTENTION: 'false',
    DOCMILL_THREADS: '2',
    DOCMILL_LABEL_PROBABILITIES: 'answer',
  };
  expect(choicesOf(environment)).toEqual({
    slots: 4,
    batchTokens: 128,
    contextTokens: 1024,
    flashAttention: false,
    threads: 2,
    labelProbabilities: 'answer',
  });
});

test('the probability of every label is what runs have had before it could be chosen, so it is no choice', () => {
  expect(choicesOf({ DOCMILL_LABEL_PROBABILITIES: 'all' })).not.toHaveProperty('labelProbabilities');
});
