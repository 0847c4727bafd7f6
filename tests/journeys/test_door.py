"""The phone at the door: the camera, a network that goes away, a queue that empties itself, a refusal that is resolved."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import expect

from benchmarks.servers import free_port, served
from tests.fire.installation import ROOT, migrated, run_module
from tests.journeys.conftest import PHONE, axe_violations
from tests.site import BROWSER, BROWSER_OPTIONS

VECTORS = (ROOT / "kepu" / "activities" / "data" / "check_in_vectors.json").read_text(encoding="utf-8")
RUN_VECTORS = """async (vectors) => {
  const codes = [];
  for (const one of vectors.codes) {
    const code = kepuDoor.normalised(one.written);
    codes.push([code, code ? await kepuDoor.digestOf(code) : ""]);
  }
  return { codes, answers: vectors.decisions.map((one) => kepuDoor.decide(one.entry, one.session, one.at)) };
}"""


@pytest.fixture(scope="module")
def door():
    """An installation with one activity that is on now, forty people on its list and one who waits for a seat; and its books."""
    with migrated() as environment:
        environment = environment | {"KEPU_DEMO": "1"}
        for command in (["load_vocabulary"], ["collectstatic", "-v0", "--noinput"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
        made = json.loads(_module("make", "40", environment=environment))
        port = free_port()
        options = ["--workers", "1", "--worker-class", "gthread", "--threads", "8", "--log-level", "warning"]
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "kepu.config.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            *options,
        ]
        with served(command, folder=ROOT, environment=environment, port=port):
            books = lambda: json.loads(_module("read", environment=environment))  # noqa: E731 - read when asked
            yield {**made, "address": f"http://127.0.0.1:{port}", "books": books}


def _module(*arguments, environment):
    return run_module("tests.fire.killed_server", *arguments, environment=environment).splitlines()[-1]


def film(path: Path, *, text: str) -> None:
    """A film of one QR code, as a camera would see it: uncompressed, grey."""
    small = Path(f"{path}.png")
    segno.make(text, error="m", micro=False).save(str(small), scale=8, border=6)
    picture = Image.new("L", (640, 480), 255)
    with Image.open(small) as code:
        grey = code.convert("L")
        picture.paste(grey, ((640 - grey.width) // 2, (480 - grey.height) // 2))
    frame = b"FRAME\n" + picture.tobytes() + bytes([128]) * (640 * 480 // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 3)


@pytest.fixture
def phone(door, playwright, tmp_path):
    """A staff's phone at the page of the session, logged in, whose camera sees one code."""
    seen = tmp_path / "camera.y4m"
    film(seen, text=door["codes"][0])
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    camera.append(f"--use-file-for-fake-video-capture={seen}")
    browser = playwright.chromium.launch(executable_path=BROWSER, args=[*BROWSER_OPTIONS, *camera])
    context = browser.new_context(base_url=door["address"], viewport=PHONE, locale="zh-CN")
    context.grant_permissions(["camera"], origin=door["address"])
    cookies = {"sessionid": door["session"], "csrftoken": door["csrf"]}
    context.add_cookies(
        [{"name": name, "value": value, "url": door["address"]} for name, value in cookies.items()]
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.complaints = []
    page.on(
        "console",
        lambda said: page.complaints.append(said.text) if "Content Security" in said.text else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(door["path"].removesuffix("batch"))
    page.wait_for_selector("[data-scanner][data-ready=online]")
    yield page
    assert page.complaints == []
    browser.close()


def type_code(page, code):
    page.get_by_label("签到码").fill(code)
    page.locator("[data-form=code]").get_by_role("button").click()


def answer(page):
    return page.locator("[data-part=answer]")


def test_the_script_in_the_browser_answers_as_the_vectors_say(phone):
    vectors = json.loads(VECTORS)
    said = phone.evaluate(RUN_VECTORS, vectors)
    assert said["answers"] == [one["answer"] for one in vectors["decisions"]]
    assert said["codes"] == [[one["code"], one["digest"]] for one in vectors["codes"]]


def test_the_camera_reads_a_code_and_the_person_is_in(phone, door):
    phone.get_by_role("button", name="打开摄像头扫码").click()
    expect(answer(phone)).to_contain_text("签到成功")
    expect(answer(phone)).to_contain_text("参加人0")
    assert len(door["books"]()["keys"]) == 1
    phone.get_by_role("button", name="关闭摄像头").click()


def test_without_a_network_scans_are_decided_here_kept_and_sent_by_themselves_later(phone, door):
    before = len(door["books"]()["keys"])
    phone.context.set_offline(True)
    for number in (1, 2, 3):
        type_code(phone, door["codes"][number])
        expect(answer(phone)).to_contain_text(f"参加人{number}")
        expect(answer(phone)).to_contain_text("离线判断")
    type_code(phone, door["codes"][1])
    expect(answer(phone)).to_contain_text("已经签过到")
    expect(phone.locator("[data-part=waiting]")).to_contain_text("4")
    assert len(door["books"]()["keys"]) == before
    phone.context.set_offline(False)
    expect(phone.locator("[data-part=receipt]")).to_contain_text("扫了 4 次，服务器收到 4 次")
    assert len(door["books"]()["keys"]) == before + 3


def test_the_page_opens_without_a_network_and_still_knows_the_list(phone, door):
    phone.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.reload()
    phone.wait_for_selector("[data-scanner][data-ready=online]")
    phone.context.set_offline(True)
    phone.reload()
    phone.wait_for_selector("[data-scanner][data-ready=offline]")
    type_code(phone, door["codes"][5])
    expect(answer(phone)).to_contain_text("参加人5")
    phone.get_by_label("按姓名查找").fill("参加人6")
    phone.get_by_role("button", name="查找").click()
    phone.locator("[data-part=found]").get_by_role("button", name="签到").click()
    expect(answer(phone)).to_contain_text("参加人6")
    phone.context.set_offline(False)
    expect(phone.locator("[data-part=receipt]")).to_contain_text("扫了 2 次，服务器收到 2 次")


def test_what_the_server_refuses_stays_to_be_seen_until_somebody_has_dealt_with_it(phone, door):
    type_code(phone, door["waiting"])
    expect(answer(phone)).to_contain_text("还在候补")
    conflict = phone.locator("[data-part=refused] li")
    expect(conflict).to_contain_text("候补的人")
    phone.reload()
    expect(conflict).to_contain_text("候补的人")
    conflict.get_by_role("link", name="特别放行").click()
    phone.get_by_label("理由").fill("有人没来，空出一个位子")
    phone.get_by_role("button", name="放行并签到").click()
    phone.wait_for_selector("[data-scanner][data-ready]")
    conflict.get_by_role("button", name="已处理").click()
    expect(phone.locator("[data-part=conflicts]")).to_be_hidden()
    listed = phone.evaluate(
        "fetch(document.querySelector('[data-scanner]').dataset.roster).then((one) => one.json())"
    )
    assert [one["is_in"] for one in listed["people"] if one["name"] == "候补的人"] == [True]


def test_a_name_is_found_by_its_initials_and_tapped(phone, door):
    phone.get_by_label("按姓名查找").fill("zzz")
    phone.get_by_role("button", name="查找").click()
    expect(phone.locator("[data-part=nobody]")).to_be_visible()
    phone.get_by_label("按姓名查找").fill("cjr7")
    phone.get_by_role("button", name="查找").click()
    phone.locator("[data-part=found]").get_by_role("button", name="签到").click()
    expect(answer(phone)).to_contain_text("签到成功")


def test_the_page_can_be_used_by_everybody(phone, door):
    assert axe_violations(phone) == []


def test_without_a_script_the_page_is_two_forms_that_do_the_same(door, playwright):
    browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_OPTIONS)
    context = browser.new_context(base_url=door["address"], java_script_enabled=False, locale="zh-CN")
    context.add_cookies([{"name": "sessionid", "value": door["session"], "url": door["address"]}])
    page = context.new_page()
    page.goto(door["path"].removesuffix("batch"))
    type_code(page, door["codes"][9])
    expect(page.get_by_text("签到成功")).to_be_visible()
    page.get_by_label("按姓名查找").fill("参加人8")
    page.get_by_role("button", name="查找").click()
    page.locator("[data-part=found]").get_by_role("button", name="签到").click()
    expect(page.get_by_text("参加人8")).to_be_visible()
    browser.close()
