/**
 * The parts of an app manifest that the rules below are about, as its schema has them (Microsoft 365, "App manifest
 * reference").
 */
export interface AppManifest {
  $schema?: string;
  manifestVersion: string;
  version: string;
  id: string;
  name: { short: string; full?: string };
  developer?: { name: string };
  description: { short: string; full: string };
  icons: { color: string; outline: string };
  supportsChannelFeatures?: string | null;
  bots?: ManifestBot[];
  configurableTabs?: { scopes?: string[] }[];
  composeExtensions?: { botId?: string; scopes?: string[] }[];
  localizationInfo?: { defaultLanguageTag: string; additionalLanguages?: { languageTag: string; file: string }[] };
  copilotAgents?: { customEngineAgents?: { id: string; type: string }[]; declarativeAgents?: unknown[] };
  validDomains?: string[];
  webApplicationInfo?: { id: string; resource?: string };
}

interface ManifestBot {
  botId: string;
  scopes: string[];
  supportsTargetedMessages?: boolean;
  commandLists?: CommandList[];
}

interface CommandList {
  scopes: string[];
  triggers?: string[];
  commands: { title: string; description?: string; type?: string; prompt?: string }[];
}

/**
 * What Teams shows of commands and their descriptions (Teams, "Create prompt suggestions"; the limits of schemas before
 * 1.25).
 */
const MOST_COMMANDS = 10;
const TITLE_LENGTH = 32;
const DESCRIPTION_LENGTH = 128;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NO_GUID = /^[0-]+$/;
const NUMBER = String.raw`(?:0|[1-9]\d*)`;
const SEMVER = new RegExp(String.raw`^${NUMBER}\.${NUMBER}\.${NUMBER}$`);
/** A host name, where a wildcard stands for its first label alone. */
const DOMAIN = /^(?:\*\.(?=[^.]+\.[^.]))?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i;
const PNG = '89504e470d0a1a0a';
/** PNG's colour types that have transparency (PNG specification, 11.2.2). */
const TRANSPARENT = [4, 6];

function repeated(values: string[]): string[] {
  const lower = values.map((value) => value.trim().toLowerCase());
  return values.filter((_value, index) => lower.indexOf(lower[index]!) !== index);
}

function isAtLeast(version: string, minor: number): boolean {
  const [first, second] = version.split('.').map(Number);
  return first !== undefined && second !== undefined && (first > 1 || (first === 1 && second >= minor));
}

/** The manifest itself. */
function* identityProblems(manifest: AppManifest): Generator<string> {
  const { $schema, manifestVersion, version, id, name, description } = manifest;
  if (!isAtLeast(manifestVersion, 25))
    yield `manifestVersion is ${manifestVersion}, and has to be 1.25 or newer: Teams' public preview and older versions are not used here.`;
  if ($schema !== `https://developer.microsoft.com/json-schemas/teams/v${manifestVersion}/MicrosoftTeams.schema.json`)
    yield `$schema has to be the address of the schema of manifestVersion ${manifestVersion}.`;
  if (!SEMVER.test(version)) yield `version has to be three numbers, such as 1.2.3, and is ${version}.`;
  if (!GUID.test(id) || NO_GUID.test(id)) yield `id has to be a GUID of your own, and is ${id}.`;
  if (name.short.trim() === '' || description.short.trim() === '')
    yield 'name.short and description.short have to be filled in.';
  // Teams Store validation guidelines, "App name": no names of Microsoft's products; another product's is not ours to use.
  const names = [name.short, name.full, manifest.developer?.name].filter((text) => /teams|slack/i.test(text ?? ''));
  if (names.length > 0) yield `Names may hold neither “Teams” nor “Slack”: ${names.join(', ')}.`;
  if (description.short.trim() === description.full.trim())
    yield 'description.full has to say more than description.short.';
  if (JSON.stringify(manifest).includes('${{')) yield 'A placeholder is not filled in.';
}

/**
 * Teams refuses the upload of what runs in teams without it: "Applications with manifest version 1.25 or higher that
 * support the 'team' scope must include the 'supportsChannelFeatures' property" (Teams, "Apps for shared and private
 * channels").
 */
function* channelProblems(manifest: AppManifest): Generator<string> {
  const { bots = [], configurableTabs = [], composeExtensions = [], supportsChannelFeatures } = manifest;
  const inTeams = [...bots, ...configurableTabs, ...composeExtensions].some(({ scopes }) => scopes?.includes('team'));
  if (inTeams && supportsChannelFeatures !== 'tier1')
    yield 'supportsChannelFeatures has to be "tier1", since the app has the scope "team": Teams refuses the upload without it.';
}

/**
 * Microsoft 365 Copilot (Microsoft 365 Copilot, "Convert your declarative agent to a custom engine agent"; the schema's
 * own words about `customEngineAgents`).
 */
function* copilotProblems({ bots = [], copilotAgents }: AppManifest): Generator<string> {
  const agents = copilotAgents?.customEngineAgents ?? [];
  if (agents.length > 0 && copilotAgents?.declarativeAgents)
    yield 'copilotAgents has to have either customEngineAgents or declarativeAgents.';
  for (const { id } of agents) {
    const bot = bots.find(({ botId }) => botId === id);
    if (!bot) yield `copilotAgents names the bot ${id}, which is not among bots.`;
    else if (!bot.scopes.includes('personal') || !bot.scopes.includes('copilot'))
      yield 'A bot that copilotAgents names has to have the scopes "personal" and "copilot".';
  }
  for (const { botId, scopes } of bots)
    if (scopes.includes('copilot') && !agents.some(({ id }) => id === botId))
      yield 'A bot with the scope "copilot" has to be among copilotAgents.customEngineAgents.';
}

function* commandProblems({ commands, scopes }: CommandList): Generator<string> {
  if (commands.length > MOST_COMMANDS) yield `A command list has at most ${MOST_COMMANDS} commands.`;
  for (const title of repeated(commands.map((each) => each.title)))
    yield `The command ${title} stands twice in a command list.`;
  for (const { title, description = '', type, prompt = '' } of commands) {
    if (title.trim() === '' || title.length > TITLE_LENGTH)
      yield `The title of the command ${title} has to have 1 to ${TITLE_LENGTH} characters.`;
    if (description.trim() === '' || description.length > DESCRIPTION_LENGTH)
      yield `The description of the command ${title} has to have 1 to ${DESCRIPTION_LENGTH} characters.`;
    if ((type === 'prompt') !== (prompt.trim() !== ''))
      yield `The command ${title} has to have both the type "prompt" and a prompt, or neither.`;
    else if (type !== 'prompt' && scopes.includes('copilot'))
      yield `The command ${title} has to have a prompt, since it is offered in Copilot.`;
  }
}

function* botProblems({ scopes, commandLists = [], supportsTargetedMessages }: ManifestBot): Generator<string> {
  for (const scope of repeated(scopes)) yield `The scope ${scope} stands twice among a bot's scopes.`;
  const listed = commandLists.flatMap((list) => list.scopes);
  for (const scope of repeated(listed)) yield `The scope ${scope} has more than one command list.`;
  for (const scope of new Set(listed))
    if (!scopes.includes(scope)) yield `A command list is for the scope ${scope}, which the bot does not have.`;
  if (scopes.includes('copilot') && !listed.includes('copilot'))
    yield 'A bot with the scope "copilot" has to have a command list for it: Copilot shows its prompts first.';
  if (supportsTargetedMessages || commandLists.some(({ triggers }) => triggers?.includes('slash')))
    yield "supportsTargetedMessages and slash commands need Teams' public preview.";
  for (const list of commandLists) yield* commandProblems(list);
}

function* addressProblems({ validDomains = [], webApplicationInfo }: AppManifest): Generator<string> {
  for (const domain of validDomains)
    if (!DOMAIN.test(domain))
      yield `validDomains has to hold host names of the DNS, that of PUBLIC_URL among them; ${domain} is none.`;
  for (const domain of repeated(validDomains)) yield `${domain} stands twice in validDomains.`;
  if (webApplicationInfo && !webApplicationInfo.resource)
    yield 'webApplicationInfo has to name its resource, such as api://botid-<app id>.';
}

/** Message extensions are the bot's, and their words are there in every language that is named. */
function* extensionProblems(
  { bots = [], composeExtensions = [], localizationInfo }: AppManifest,
  files: Record<string, Uint8Array>,
): Generator<string> {
  for (const { botId } of composeExtensions)
    if (!bots.some((bot) => bot.botId === botId))
      yield `composeExtensions names the bot ${botId}, which is not among bots.`;
  for (const { file, languageTag } of localizationInfo?.additionalLanguages ?? [])
    if (!files[file]) yield `The file ${file} of the language ${languageTag} is not in the package.`;
}

function* iconProblems({ icons }: AppManifest, files: Record<string, Uint8Array>): Generator<string> {
  const sizes = [
    ['color', icons.color, 192],
    ['outline', icons.outline, 32],
  ] as const;
  for (const [name, path, size] of sizes) {
    const png = files[path] && Buffer.from(files[path]);
    if (!png) yield `The ${name} icon ${path} is not in the package.`;
    else if (png.toString('hex', 0, 8) !== PNG || png.length < 33) yield `The ${name} icon has to be a PNG file.`;
    else if (png.readUInt32BE(16) !== size || png.readUInt32BE(20) !== size)
      yield `The ${name} icon has to be ${size} by ${size} pixels.`;
    else if (name === 'outline' && !TRANSPARENT.includes(png[25]!))
      yield 'The outline icon has to have a transparent background.';
  }
}

/**
 * What Teams and Microsoft 365 would refuse, one sentence each, although the manifest is valid for its schema; none
 * when they take it. `files` are those of the package, by their paths.
 */
export function uploadProblems(manifest: AppManifest, files: Record<string, Uint8Array>): string[] {
  return [
    ...identityProblems(manifest),
    ...channelProblems(manifest),
    ...copilotProblems(manifest),
    ...(manifest.bots ?? []).flatMap((bot) => [...botProblems(bot)]),
    ...addressProblems(manifest),
    ...extensionProblems(manifest, files),
    ...iconProblems(manifest, files),
  ];
}
