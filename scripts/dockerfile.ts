/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  name: string;
  rest: string;
}

export interface Stage {
  /** What later stages call it; its number where it has no name. */
  name: string;
  image: string;
  instructions: Instruction[];
}

/** The stages of a Dockerfile, in their order. Reads what ours holds: no heredocs, no ARG before the first FROM. */
export function stagesOf(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  for (const line of lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')) {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') {
      const [, image = '', as = String(stages.length)] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      stages.push({ name: as, image, instructions: [] });
    } else if (name !== '') stages.at(-1)!.instructions.push({ name, rest });
    else if (line.trim() !== '') throw new Error(`This line of the Dockerfile is not understood: ${line}`);
  }
  return stages;
}

/** What a CMD or HEALTHCHECK in the exec form runs. Throws where it is in another form. */
export function execForm({ name, rest }: Instruction): string[] {
  const [array] = /\[.*\]$/.exec(rest) ?? [];
  if (array === undefined) throw new Error(`${name} is not in the exec form: it would need a shell.`);
  return JSON.parse(array) as string[];
}

/** The last instruction of that name in a stage. Throws where there is none. */
export function lastOf({ name: stage, instructions }: Stage, name: string): Instruction {
  const found = instructions.findLast((each) => each.name === name);
  if (!found) throw new Error(`Stage ${stage} of the Dockerfile has no ${name}.`);
  return found;
}

/** Whether a path of the context reaches the build, by a `.dockerignore` that begins with `*` and lists exceptions. */
export function reachesBuild(ignore: string, path: string): boolean {
  const [first, ...exceptions] = ignore.split('\n').filter((line) => line.trim() !== '');
  if (first !== '*') throw new Error('.dockerignore has to begin with *: nothing comes in but what is named.');
  return exceptions.some((line) => line === `!${path}`);
}
