// A change of the coding in words, for the list of what is not saved: with what was typed, so that it can be read and copied.
const PREFIX = { diagnoses: "d", procedures: "p", services: "s" };

function codeOf(path) {
  const [, kind, id] = /\/(diagnoses|procedures|services)\/(\d+)\//.exec(path) ?? [];
  return (kind && document.getElementById(`${PREFIX[kind]}${id}`)?.querySelector(".codes__code")?.textContent) || "a line";
}

const typed = (values) => Object.values(values).filter(Boolean).join(", ");

const WORDS = [
  [/\/codes$/, (path, values) => `Add ${values.code}${values.performed_on ? `, ${values.performed_on}` : ""}`],
  [/\/remove$/, (path) => (path.includes("/evidence/") ? "Remove evidence" : `Remove ${codeOf(path)}`)],
  [/\/move$/, (path, values) => `Move ${codeOf(path)} to place ${values.place}`],
  [/\/\d+\/poa$/, (path, values) => `POA ${values.poa || "blank"} on ${codeOf(path)}`],
  [/\/principal$/, (path) => `Make ${codeOf(path)} principal`],
  [/\/details$/, (path, values) => `Details of ${codeOf(path)}: ${typed(values)}`],
  [/\/poa\/fill$/, () => "POA Y for all blank"],
  [/\/poa\/clear$/, () => "POA blank again"],
  [/\/sequence\/forward$/, () => "Bring CC/MCC forward"],
  [/\/edits\/override$/, (path, values) => `Override a warning: ${values.reason}`],
  [/\/edits\/withdraw$/, () => "Take an override back"],
  [/\/finalize$/, () => "Finalize"],
  [/\/reopen$/, (path, values) => `Reopen: ${values.reason}`],
  [/\/history\/keep$/, (path, values) => `Keep this state${values.note ? `: ${values.note}` : ""}`],
  [/\/pin$/, (path, values) => `Pin to ${values.code}: “${values.quote}”`],
  [/\/evidence\/override$/, (path, values) => `Sign for ${values.code}: ${values.reason}`],
  [/\/shelf\/take$/, () => "Take codes over"],
];

export function describe(path, values) {
  const [, words] = WORDS.find(([pattern]) => pattern.test(path)) ?? [];
  return words ? words(path, values) : "A change";
}
