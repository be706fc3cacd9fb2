"""Test that clients for TypeScript can be generated, and work: the guide's example, and other generators."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aira.embedded import PROJECT
from tests.api.running import Running
from tests.docs.blocks import parse
from tests.docs.npm import OPTIONS, compiled, installed

DESCRIPTION = PROJECT / "docs" / "openapi.yaml"
GUIDE = PROJECT / "docs" / "api" / "clients.md"
TYPESCRIPT = ("typescript@5.9.3", "@types/node@22.19.1")
OPENAPI_FETCH = (*TYPESCRIPT, "openapi-typescript@7.13.0", "openapi-fetch@0.17.0")
# The newest versions that run on Node.js 20.
OTHERS = (*TYPESCRIPT, "@hey-api/openapi-ts@0.90.0", "orval@7.9.0")
# Their files import each other without the ends of names, which Node.js finds in CommonJS alone.
COMMON_JS = (
    *("--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs", "--moduleResolution", "node10"),
    *("--lib", "es2022,dom,dom.iterable", "--outDir", "out"),
)
PROGRAMS = {
    "hey-api": """
import { client } from "./aira/client.gen"
import { businessesList } from "./aira/sdk.gen"

async function main() {
  client.setConfig({ baseUrl: process.env.AIRA_URL, auth: process.env.AIRA_KEY })
  const { data, error } = await businessesList({ query: { is_active: true, page_size: 1 } })
  if (error) throw new Error(typeof error === "string" ? error : error.detail)
  const name: string = data!.results[0].name
  console.log(name)
}
void main()
""",
    "orval": """
import { businessesList } from "./aira/aira"

async function main() {
  const site = globalThis.fetch
  globalThis.fetch = (path, options) => site(`${process.env.AIRA_URL}${path}`, options)
  const headers = { Authorization: `Bearer ${process.env.AIRA_KEY}` }
  const answer = await businessesList({ is_active: true, page_size: 1 }, { headers })
  if (answer.status !== 200) throw new Error(`${answer.status}`)
  const name: string = answer.data.results[0].name
  console.log(name)
}
void main()
""",
}


def run(folder: Path, *command: str, **environment: str) -> str:
    done = subprocess.run(
        list(command),
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def site(running: Running, key: str) -> dict[str, str]:
    return {"AIRA_URL": running.url, "AIRA_KEY": key}


def blocks(*languages: str) -> list[str]:
    return [block.text for block in parse(GUIDE, GUIDE.read_text(encoding="utf-8")) if block.language in languages]


def command_of(generator: str) -> list[str]:
    """Return the command that the guide names for a generator, with the program that is installed here."""
    row = re.search(rf"^\| {generator} \| `npx (.+?)` \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert row
    program, *arguments = row[1].split()
    return [f"node_modules/.bin/{program.rpartition('/')[2]}", *arguments]


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Follow the guide up to the generated types."""
    folder = installed(tmp_path_factory.mktemp("guide"), OPENAPI_FETCH)
    shutil.copy(DESCRIPTION, folder)
    [install] = blocks("bash")
    [generate] = re.findall(r"^npx (.+)$", install, re.MULTILINE)
    run(folder, *f"node_modules/.bin/{generate}".split())
    return folder


def test_the_example_of_the_guide_is_typed_and_works(guide: Path, running: Running, key: str, newest: UUID) -> None:
    (guide / "page.ts").write_text("\n".join(blocks("ts")))
    options = tuple(option for option in OPTIONS if option != "--noEmit")
    assert compiled(guide, "--outDir", "out", "page.ts", options=options) == ""
    said = run(guide, "node", "out/page.js", **site(running, key)).splitlines()
    assert re.fullmatch(r"[0-9a-f-]{36} confirmed", said[0])
    assert said[1] == "409 urn:aira:problem:fully_booked"
    assert re.fullmatch(r"\d+ [a-z]+\.[a-z_]+", said[2])


MISTAKES = {
    'aira.GET("/api/v1/nothing")': "Expected 2 arguments",
    'aira.GET("/api/v1/businesses", { params: { query: { typo: 1 } } })': "'typo' does not exist",
    'aira.POST("/api/v1/appointments/book", { body: { business: "x" } })': "missing the following",
    'aira.GET("/api/v1/wallets").then(({ data }) => data!.results[0].currency === "EUR")': "no overlap",
}


def test_the_compiler_finds_mistakes(guide: Path) -> None:
    client = 'import createClient from "openapi-fetch"\nimport type { paths } from "./aira"\nconst aira = createClient<paths, "application/json">()\n'
    names = [f"wrong{n}.ts" for n in range(len(MISTAKES))]
    for name, wrong in zip(names, MISTAKES, strict=True):
        (guide / name).write_text(f"{client}void {wrong}\n")
    # An error begins with the name of its file. Its other lines are indented.
    said = compiled(guide, *names)
    for name, error in zip(names, MISTAKES.values(), strict=True):
        assert re.search(rf"^{name}(.*\n )*.*{re.escape(error)}", said, re.MULTILINE), said


def test_python_of_the_guide_runs(
    running: Running, key: str, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    for name, value in site(running, key).items():
        monkeypatch.setenv(name, value)
    [program] = blocks("python")
    exec(compile(f"{program}\nclient.close()", str(GUIDE), "exec"), {})  # noqa: S102
    assert capsys.readouterr().out.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("generator", PROGRAMS)
def test_a_client_of_another_generator_compiles_and_makes_a_call(
    generator: str, running: Running, key: str, tmp_path: Path
) -> None:
    folder = installed(tmp_path, OTHERS)
    (folder / "package.json").write_text('{"private": true}')
    shutil.copy(DESCRIPTION, folder)
    [config] = blocks("json")
    (folder / "orval.config.json").write_text(config)
    run(folder, *command_of(generator))
    (folder / "program.ts").write_text(PROGRAMS[generator])
    assert compiled(folder, "program.ts", options=COMMON_JS) == ""
    assert run(folder, "node", "out/program.js", **site(running, key)).strip()
