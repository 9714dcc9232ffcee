"""Writes expected.tsv: what the recorded answers say, read by another XML library. Run it beside the fixtures after adding one."""

import glob
import gzip
import re
import xml.etree.ElementTree as ET
from datetime import datetime, timezone


def strip(root):
    for element in root.iter():
        element.tag = element.tag.split("}")[-1]
    return root


def text(element, path):
    return element.findtext(path) or "-"


def milliseconds(value):
    if value == "-":
        return "-"
    moment = datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return str(round(moment.timestamp() * 1000))


def tags(element):
    pairs = sorted((t.findtext("key"), t.findtext("value") or "") for t in element.findall("tagSet/item"))
    return ",".join(f"{k}={v}" for k, v in pairs)


def rows(root):
    if root.tag == "DescribeInstancesResponse":
        for i in root.iterfind("reservationSet/item/instancesSet/item"):
            state = text(i, "instanceState/name")
            ip = "-" if state == "terminated" else text(i, "privateIpAddress")
            yield [text(i, "instanceId"), text(i, "imageId"), state, ip, text(i, "placement/availabilityZone"), text(i, "instanceType"),
                   milliseconds(text(i, "launchTime")), text(i, "instanceLifecycle"), text(i, "stateReason/code"), tags(i)]
    elif root.tag == "DescribeInstanceStatusResponse":
        for i in root.iterfind("instanceStatusSet/item"):
            if text(i, "instanceState/name") == "running":
                events = [f"{e.findtext('code')}@{milliseconds(text(e, 'notBefore'))}" for e in i.findall("eventsSet/item")]
                yield [text(i, "instanceId"), text(i, "systemStatus/status"), text(i, "instanceStatus/status"), ",".join(events)]
    elif root.tag == "DescribeImagesResponse":
        for i in root.iterfind("imagesSet/item"):
            yield [text(i, "imageId"), text(i, "name"), text(i, "imageState"), text(i, "imageOwnerId"), milliseconds(text(i, "creationDate")),
                   milliseconds(text(i, "deprecationTime")), tags(i)]


with open("expected.tsv", "w", encoding="utf-8") as out:
    for name in sorted(glob.glob("*.response.http") + glob.glob("handmade/*.xml") + glob.glob("*.gz")):
        body = gzip.open(name).read() if name.endswith(".gz") else open(name, "rb").read()
        if name.endswith(".http"):
            body = body.split(b"\r\n\r\n", 1)[1]
        if not re.search(rb"<Describe(Instances|InstanceStatus|Images)Response", body):
            continue
        root = strip(ET.fromstring(body))
        token = root.findtext("nextToken") or "-"
        print(f"#\t{name}\t{root.tag}\t{token}", file=out)
        for row in rows(root):
            print("\t".join(row), file=out)
