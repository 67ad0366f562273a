import type { Bag } from '../provider/json';
import { UNKNOWN } from '../provider/special-value';
import { checkFailures } from './check-failures';
import { secretFields } from './secret-fields';
import { serviceFields } from './service-fields';

const service = (rest: Bag = {}, container: Bag = {}): Bag => ({
  name: 'shop',
  taskSpec: { containerSpec: { image: 'shop:1', ...container } },
  ...rest,
});
const reasons = (inputs: Bag) => checkFailures(serviceFields, 'web', inputs).map(({ reason }) => reason);

describe('checkFailures', () => {
  it('has nothing against a service with an image', () => {
    expect(reasons(service())).toEqual([]);
  });

  it('names a property that is missing, with its path in Terraform and in Pulumi', () => {
    expect(reasons({ name: 'shop', taskSpec: { containerSpec: {} } })).toEqual([
      'Missing required argument. The argument "task_spec.0.container_spec.0.image" is required, but no definition ' +
        "was found.. Examine values at 'web.taskSpec.containerSpec.image'.",
    ]);
  });

  it('names a key that does not exist', () => {
    expect(reasons(service({}, { enviroment: {} }))).toEqual([
      "Invalid or unknown key. Examine values at 'web.taskSpec.containerSpec.enviroment'.",
    ]);
  });

  it.each([
    ['a duration', service({}, { stopGracePeriod: '10' }), "'10' is not a valid duration"],
    ['a negative duration', service({}, { stopGracePeriod: '-1s' }), "'-1s' duration must not be negative"],
    [
      'a word',
      service({ endpointSpec: { mode: 'host' } }),
      "'host' doesn't match the pattern '^(vip|dnsrr)$'",
    ],
    ['a ratio', service({ updateConfig: { maxFailureRatio: '2' } }), "'2' has to be between 0.0 and 1.0"],
    ['a count', service({ mode: { replicated: { replicas: -1 } } }), "'-1' cannot be lower than 0"],
  ])('says twice, as the official plugin, what is wrong with %s', (_, inputs, words) => {
    expect(reasons(inputs)).toEqual([expect.stringContaining(`${words}. ${words}. Examine values at 'web.`)]);
  });

  it('refuses data of a secret that is not base64', () => {
    expect(checkFailures(secretFields, 's', { name: 's', data: 'not base64!' })).toEqual([
      {
        reason:
          "'not base64!' is not base64 decodeable. 'not base64!' is not base64 decodeable. Examine values at 's.data'.",
      },
    ]);
  });

  it('does not judge what a preview does not know yet', () => {
    expect(reasons(service({}, { stopGracePeriod: UNKNOWN, image: UNKNOWN }))).toEqual([]);
  });
});
