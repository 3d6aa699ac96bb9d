/**
 * Mesa's lavapipe, a Vulkan driver in software with 16-bit arithmetic (Chromium's SwiftShader has none), unpacked from
 * the distribution's own packages into the user's cache: nothing is installed, and no privileges are needed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Packages that every process must share with the system, and packages without libraries. */
const SYSTEM = /^(libc6|libgcc-s1|libstdc\+\+6|gcc-\d+-base|.*-data|.*-common)$/;
const DRIVER = 'mesa-vulkan-drivers';
const SOURCES = '/etc/apt/sources.list';

/**
 * Environment in which the Vulkan loader finds only the driver of an ICD file. @param libraries folders to search first
 */
export function driverEnvironment(icd, libraries) {
  const path = [...libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return { LD_LIBRARY_PATH: path, VK_ICD_FILENAMES: icd, VK_DRIVER_FILES: icd, VK_LOADER_LAYERS_DISABLE: '~implicit~' };
}

/** ICD file of an installed lavapipe; undefined if there is none. */
export function installedLavapipe() {
  const folders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'].filter((folder) =>
    existsSync(folder),
  );
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^lvp_icd/.test(name))
      .map((name) => join(folder, name)),
  )[0];
}

/**
 * Environment of a lavapipe from the distribution's newest packages, downloaded on first use (about 60 MB).
 *
 * @throws Error saying why it is unavailable on this machine
 */
export function fetchedLavapipe() {
  if (process.platform !== 'linux')
    throw new Error('lavapipe is fetched from Debian packages, which this system does not use');
  for (const tool of ['apt-get', 'apt-cache', 'dpkg'])
    if (!works(tool)) throw new Error(`lavapipe is fetched from Debian packages, and this machine has no ${tool}`);
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]?.replaceAll('"', '');
  if (!codename) throw new Error('lavapipe is fetched from Debian packages, and /etc/os-release names no release');
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gppo-studio');
  const folder = join(cache, `lavapipe-${codename}-${process.arch}`);
  if (!existsSync(folder)) fetchInto(cache, folder, codename);
  const libraries = findFolder(join(folder, 'usr', 'lib'), 'libvulkan_lvp.so');
  const icd = join(folder, 'lavapipe.json');
  writeFileSync(
    icd,
    JSON.stringify({
      file_format_version: '1.0.1',
      ICD: { library_path: join(libraries, 'libvulkan_lvp.so'), api_version: '1.4.0' },
    }),
  );
  // Some libraries are in /lib, others in /usr/lib, each in a folder named after the architecture.
  const beside = libraries.replace(`${folder}/usr/`, `${folder}/`);
  return driverEnvironment(icd, [libraries, ...(existsSync(beside) ? [beside] : [])]);
}

function works(tool) {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Complete or absent: unpacked in a temporary folder, then moved. */
function fetchInto(cache, folder, codename) {
  console.error(
    'Fetching a software adapter with 16-bit arithmetic (lavapipe) into the user cache; once, about 60 MB.',
  );
  const work = join(cache, `.fetching-${process.pid}`);
  const [lists, archives, unpacked] = ['lists/partial', 'archives/partial', 'unpacked'].map((name) => join(work, name));
  for (const path of [lists, archives, unpacked]) mkdirSync(path, { recursive: true });
  try {
    const sources = join(work, 'lavapipe.sources');
    writeFileSync(
      sources,
      archiveOf(codename)
        .map((stanza) =>
          Object.entries(stanza)
            .map(([name, value]) => `${name}: ${value}\n`)
            .join(''),
        )
        .join('\n'),
    );
    const options = Object.entries({
      'Dir::Etc::sourcelist': sources,
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::Etc::preferences': '/dev/null',
      'Dir::Etc::preferencesparts': '/dev/null',
      'Dir::State': work,
      'Dir::State::status': '/var/lib/dpkg/status',
      'Dir::Cache': work,
      'Acquire::Languages': 'none',
      'APT::Default-Release': `${codename}-backports`,
      // The folder belongs to this user; apt's own user could not write to it.
      'APT::Sandbox::User': '',
      'Acquire::Retries': '3',
    }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const apt = (tool, args, cwd = work) =>
      execFileSync(tool, [...options, ...args], {
        cwd,
        encoding: 'utf8',
        maxBuffer: 1e8,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    apt('apt-get', ['-qq', 'update']);
    const strong = [
      '--recurse',
      '--no-recommends',
      '--no-suggests',
      '--no-conflicts',
      '--no-breaks',
      '--no-replaces',
      '--no-enhances',
    ];
    const packages = apt('apt-cache', ['depends', ...strong, DRIVER])
      .split('\n')
      .filter((line) => /^[a-z0-9]/.test(line) && !SYSTEM.test(line));
    apt('apt-get', ['-qq', 'download', ...packages], archives);
    for (const name of readdirSync(archives))
      if (name.endsWith('.deb')) execFileSync('dpkg', ['-x', join(archives, name), unpacked]);
    findFolder(join(unpacked, 'usr', 'lib'), 'libvulkan_lvp.so');
    renameSync(unpacked, folder);
  } catch (error) {
    // Another process may have finished first.
    if (existsSync(folder)) return;
    const reason =
      String(error.stderr ?? '')
        .trim()
        .split('\n')
        .slice(-2)
        .join(' ') || error.message;
    throw new Error(`lavapipe could not be fetched from this machine's package archive: ${reason}`, { cause: error });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Folder below `root` that contains a file. @throws Error if none does */
function findFolder(root, file) {
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' }).find(
    (path) => path.endsWith(`/${file}`) || path === file,
  );
  if (!found) throw new Error(`package ${DRIVER} holds no ${file}`);
  return join(root, found).slice(0, -file.length - 1);
}

/**
 * This machine's apt source of its release, with the release's backports added, as deb822 fields. @throws Error if it
 * is not configured
 */
function archiveOf(codename) {
  const stanza = configured().find(
    ({ Types, Suites }) => Types.split(/\s+/).includes('deb') && Suites.split(/\s+/).includes(codename),
  );
  if (!stanza) throw new Error(`apt has no source for ${codename}`);
  const signed = stanza['Signed-By'];
  const fields = { Types: 'deb', URIs: stanza.URIs, Components: 'main', ...(signed && { 'Signed-By': signed }) };
  // As a separate source, so that an archive without backports fails with an error that names them.
  return [codename, `${codename}-backports`].map((Suites) => ({ ...fields, Suites }));
}

/** apt's sources, in both of their formats, as deb822 fields. */
function configured() {
  const parts = `${SOURCES}.d`;
  const files = [SOURCES, ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [])].filter(
    (path) => existsSync(path),
  );
  return files.flatMap((path) => {
    const text = readFileSync(path, 'utf8').replace(/^\s*#.*\n?/gm, '');
    if (path.endsWith('.sources')) {
      // A line that begins with a space continues the line before.
      return text.split(/\n\s*\n/).map((block) => ({
        Types: '',
        Suites: '',
        ...Object.fromEntries(
          [...block.matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t]+.*)*)$/gm)].map((field) => [field[1], field[2]]),
        ),
      }));
    }
    if (!path.endsWith('.list')) return [];
    return [...text.matchAll(/^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s/gm)].map(([, settings = '', URIs, Suites]) => {
      const signed = /signed-by=(\S+)/.exec(settings)?.[1];
      return { Types: 'deb', URIs, Suites, ...(signed && { 'Signed-By': signed }) };
    });
  });
}
