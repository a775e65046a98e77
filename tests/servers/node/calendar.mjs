// Reads an iCalendar from the standard input and writes what is in it as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component, { strictExceptions: true });
  return {
    uid: event.uid,
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status"),
    start: event.startDate.toString(),
    wholeDay: event.startDate.isDate,
    zone: event.startDate.zone.tzid,
    summary: event.summary,
    description: event.description,
    stamp: component.getFirstPropertyValue("dtstamp").toString(),
  };
});
const name = calendar.getFirstPropertyValue("x-wr-calname");
process.stdout.write(JSON.stringify({ name, events }));
