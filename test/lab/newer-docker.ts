/** Where the machine's own package sources are while `newerDocker` is its only one. */
const away = '/etc/apt/sources.list.usual';

const folder = '/var/tmp/newer-docker';

/**
 * Script that gives a machine of the lab a source of packages with a newer docker.io, and no other: the one that it has,
 * with its own maintainer scripts, packed again under another version, and with a configuration file that differs from the
 * machine's. What Debian's mirrors have just now makes no difference, then.
 */
export function newerDocker(version: string): string {
  return `
rm -rf ${folder}; mkdir -p ${folder}/root/DEBIAN; cd ${folder}
dpkg-query -L docker.io | while read -r path; do [ -d "$path" ] || echo "$path"; done | tar -c -T - 2>/dev/null | tar -x -C root
echo '# of the newer package' >>root/etc/default/docker
for part in preinst postinst prerm postrm conffiles; do cp /var/lib/dpkg/info/docker.io.$part root/DEBIAN/$part; done
dpkg-query -W -f 'Package: \${Package}\nVersion: ${version}\nArchitecture: \${Architecture}\nMaintainer: \${Maintainer}\nDepends: \${Depends}\n' docker.io >root/DEBIAN/control
echo 'Description: Docker, packed again' >>root/DEBIAN/control
dpkg-deb -Znone -b root docker.io.deb >/dev/null
{ cat root/DEBIAN/control; echo Filename: ./docker.io.deb; echo Size: $(stat -c %s docker.io.deb); echo SHA256: $(sha256sum <docker.io.deb | cut -d ' ' -f 1); } >Packages
chmod -R a+rX ${folder}
[ -e ${away} ] || mv /etc/apt/sources.list ${away}
echo 'deb [trusted=yes] file:${folder} ./' >/etc/apt/sources.list
`;
}

/** Script that undoes it, but for the version that is installed. */
export const usualSources = `rm -rf ${folder}; if [ -e ${away} ]; then mv ${away} /etc/apt/sources.list; fi`;
