import { parseRepository } from './parse-repository';

describe('parseRepository', () => {
  it.each([
    ['registry.example.com:5000/shop', 'registry.example.com:5000', 'shop'],
    ['registry.example.com/club/shop', 'registry.example.com', 'club/shop'],
    ['localhost/shop', 'localhost', 'shop'],
    ['127.0.0.1:5000/shop', '127.0.0.1:5000', 'shop'],
    ['pi1:5000/shop', 'pi1:5000', 'shop'],
    ['shop', 'registry-1.docker.io', 'library/shop'],
    ['club/shop', 'registry-1.docker.io', 'club/shop'],
    ['docker.io/shop', 'registry-1.docker.io', 'library/shop'],
    ['docker.io/club/shop', 'registry-1.docker.io', 'club/shop'],
    ['index.docker.io/shop', 'registry-1.docker.io', 'library/shop'],
    ['localhost', 'registry-1.docker.io', 'library/localhost'],
  ])('finds where %s is', (repository, host, path) => {
    expect(parseRepository(repository)).toEqual({ host, path });
  });

  it.each([
    '',
    'Shop',
    'registry.example.com/shop:1.5.0',
    'https://registry.example.com/shop',
    'shop/',
    'a/../b',
  ])('refuses %j', (repository) => {
    expect(() => parseRepository(repository)).toThrow(
      `repository: ${JSON.stringify(repository)} is not an image's name.`,
    );
  });
});
