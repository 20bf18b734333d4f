"""What the doctor finds out about a server: reached, its models, pictures, forms of answers.

Sends a picture made here, and none of anybody's recordings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from napari_mousegpt.cli.check import Check

if TYPE_CHECKING:
    from napari_mousegpt.captioning.endpoint import EndpointCaptioner

MOST_SHOWN = 12


def endpoint_checks(url: str, model: str | None) -> Iterator[Check]:
    """Try a server step by step; later steps are left out where an earlier one fails."""
    from napari_mousegpt.captioning.endpoint import EndpointCaptioner
    from napari_mousegpt.captioning.endpoint_address import Address, key_for
    from napari_mousegpt.captioning.endpoint_models import list_models

    try:
        address = Address.parse(url)
        key = key_for(address)
    except ValueError as error:
        yield Check("endpoint", False, str(error))
        return
    where = "this computer" if address.loopback else address.host
    way = "unencrypted, " if address.in_the_clear else ""
    yield Check("endpoint key", True, "there is one" if key else "none", needed=False)
    try:
        names = [one.id for one in list_models(address, key)]
        more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
        found = f"on {where}, {way}models: {', '.join(names[:MOST_SHOWN]) or 'none'}{more}"
        yield Check("endpoint", True, found)
    except (ValueError, ConnectionError) as error:
        names = []
        yield Check("endpoint", model is not None, str(error), "Is it running, and the URL right?")
    if model is None and len(names) != 1:
        if names:
            mend = f"mousegpt doctor --endpoint {address} --model {names[0]}"
            yield Check("endpoint answers", False, "not tried: which model?", mend, needed=False)
        return
    yield from _answers(EndpointCaptioner(model or names[0], endpoint=url))


def _answers(captioner: EndpointCaptioner) -> Iterator[Check]:
    from napari_mousegpt.datamodel.description import parse_description

    try:
        answer, form, seconds = captioner.try_out()
    except (ValueError, ConnectionError) as error:
        yield Check("endpoint answers", False, str(error))
        return
    if answer.text is None:
        mend = "Does this model take pictures? How many does the server allow in a request?"
        yield Check("endpoint answers", False, answer.problem or "no answer", mend)
        return
    yield Check("endpoint answers", True, f"to pictures, in {seconds:.1f} s")
    try:
        parse_description(answer.text)
        fits, reason = True, "the answer fits"
    except ValueError as error:
        fits, reason = False, f"the answer does not fit ({error})"
    takes = "is taken" if form == "json_schema" else f"is refused, {form} is taken"
    mend = "Answers that do not fit are kept and marked; another model or server may follow it."
    yield Check("structured output", fits, f"json_schema {takes}; {reason}", mend, needed=False)
