"""Who calls, and bodies that get further than the first rule."""

import datetime
import os
import uuid

import requests
import schemathesis

URL = os.environ["LINLI_URL"]
SIGN_INS = {
    "resident": {"phone": "13800000001", "pin": "135790"},
    "staff": {"name": "demo-admin", "password": "demo-linli-2026"},
}
CALLER = os.environ["LINLI_CALLER"]
PUBLIC = requests.get(f"{URL}/api/v1/public", timeout=10).json()


def signed_in():
    """A session of its own, as the value of `Cookie`."""
    answer = requests.post(f"{URL}/api/v1/session", json=SIGN_INS[CALLER], timeout=10)
    answer.raise_for_status()
    return answer.headers["set-cookie"].split(";")[0]


SESSION = signed_in() if CALLER in SIGN_INS else None
# To be ended; made before wrong passwords are tried, after which nobody signs in for a while.
ENDING = [signed_in() for _ in range(30)] if CALLER in SIGN_INS else []


@schemathesis.auth(refresh_interval=None)
class Caller:
    """Sends the session with every request that needs one, and one that nobody needs to where it ends."""

    def get(self, case, context):
        """The cookie."""
        ends = case.method == "DELETE" and case.operation.path == "/api/v1/session"
        if ends:
            return ENDING.pop() if ENDING else None
        return SESSION

    def set(self, case, data, context):
        """Puts it where it belongs."""
        if data is not None:
            case.headers["Cookie"] = data


def chosen(value, known):
    """The one of what is known that a made-up text stands for."""
    return known[len(str(value)) % len(known)]


def of_today(body):
    """A form about what there is: this community, its kinds, its activities, today."""
    body = dict(body, community=PUBLIC["community"]["id"])
    if isinstance(body.get("made_at"), str):
        body["made_at"] = datetime.datetime.now(datetime.timezone.utc).isoformat()
    if "kind" in body:
        body["kind"] = chosen(body["kind"], PUBLIC["kinds"]["report"])["id"]
    if "activity" in body:
        body["activity"] = chosen(body["activity"], PUBLIC["activities"])["id"]
    if "consent" in body:
        body["consent"] = PUBLIC["consents"][0]
        body["systolic"], body["diastolic"] = 128, 82
    if isinstance(body.get("person"), dict) and "phone" in body["person"]:
        body["person"] = {"name": str(uuid.uuid4())[:8], "phone": "13800138000"}
    return body


@schemathesis.hook
def map_case(context, case):
    """Every second body that may be accepted is one that can be."""
    well_formed = case.meta is not None and case.meta.generation.mode.is_positive
    well_formed = well_formed and case.meta.phase.name.value == "fuzzing"
    if not well_formed or len(str(case.body)) % 2:
        return case
    if isinstance(case.body, dict) and "community" in case.body:
        case.body = of_today(case.body)
    return case
