import { checkLoadOptions, type LoadOptions } from './load-options';

const options: LoadOptions = {
  targets: [{ name: 'pi1', origin: 'http://10.1.2.3:80' }],
  host: 'shop.example.com',
  keepAlive: 1,
  fresh: 0,
};

describe('checkLoadOptions', () => {
  it.each(['http://10.1.2.3:80', 'http://10.1.2.3', 'http://[fd00::1]:8080', 'http://pi1.example.com:8080'])(
    'takes %s as an origin',
    (origin) => {
      expect(() => checkLoadOptions({ ...options, targets: [{ name: 'pi1', origin }] })).not.toThrow();
    },
  );

  it('names every mistake, its value and what is allowed', () => {
    const targets = [
      { name: 'pi1', origin: 'ftp://10.1.2.3' },
      { name: 'pi1', origin: 'http://10.1.2.4/path' },
      { name: 'pi3', origin: 'http://10.1.2.5:port' },
    ];
    const wrong = { targets, keepAlive: 0, fresh: 0, rate: 0, path: 'alive', timeout: NaN, record: 1.5 };
    expect(() => checkLoadOptions({ ...options, ...wrong })).toThrow(
      new Error(`The load can't start:
  targets[0].origin: 'ftp://10.1.2.3', write it as http://address or http://address:port, or with https
  targets[1].name: 'pi1' is there twice, names have to be unique
  targets[1].origin: 'http://10.1.2.4/path', write it as http://address or http://address:port, or with https
  targets[2].origin: 'http://10.1.2.5:port', write it as http://address or http://address:port, or with https
  record: 1.5, give a whole number from 0
  keepAlive and fresh: both 0, there would be no request
  rate: 0, give a number above 0 or leave it out
  timeout: NaN, give a number above 0 or leave it out
  path: 'alive', has to begin with /`),
    );
  });

  it('takes https where it is told whom to believe', () => {
    const targets = [{ name: 'pi1', origin: 'https://10.1.2.3' }];
    const tls = { servername: 'shop.example.com', fingerprints: ['0A'] };
    expect(() => checkLoadOptions({ ...options, targets, tls })).not.toThrow();
    expect(() => checkLoadOptions({ ...options, targets })).toThrow(
      new Error(`The load can't start:
  targets[0].origin: 'https://10.1.2.3', give tls too`),
    );
    expect(() => checkLoadOptions({ ...options, targets, tls: { ...tls, fingerprints: [] } })).toThrow(
      new Error(`The load can't start:
  tls.fingerprints: [], give at least one`),
    );
  });

  it('refuses a load without targets, and loops that are no whole number', () => {
    expect(() => checkLoadOptions({ ...options, targets: [], keepAlive: -1, fresh: 0.5 })).toThrow(
      new Error(`The load can't start:
  targets: [], give at least one
  keepAlive: -1, give a whole number from 0
  fresh: 0.5, give a whole number from 0`),
    );
  });
});
