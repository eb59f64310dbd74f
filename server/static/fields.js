// The filters in the form, in an address, and as the API takes them.

/** What the fields of the form say: `{source, date_from, date_to}`. */
export function filtersIn(form) {
  return {
    source: [...form.querySelectorAll('[name="source"]:checked')].map((box) => box.value),
    date_from: form.elements.date_from.value || null,
    date_to: form.elements.date_to.value || null,
  };
}

/** Set the fields to what an address says. */
export function setFilters(form, address) {
  const fields = new URL(address, location.href).searchParams;
  const papers = fields.getAll("source");
  for (const box of form.querySelectorAll('[name="source"]')) box.checked = papers.includes(box.value);
  for (const name of ["date_from", "date_to"]) form.elements[name].value = fields.get(name) ?? "";
  countFilters(form);
}

/** A year that is pressed sets both days; pressed once more it sets none. */
export function takeYears(form) {
  form.addEventListener("click", (event) => {
    const year = event.target.closest(".year");
    if (!year) return;
    const { from, to } = year.ariaPressed === "true" ? { from: "", to: "" } : year.dataset;
    form.elements.date_from.value = from;
    form.elements.date_to.value = to;
    countFilters(form);
  });
  form.addEventListener("change", () => countFilters(form));
}

/** How many filters are set stands beside the word that opens their fields. */
export function countFilters(form) {
  const { source, date_from, date_to } = filtersIn(form);
  const count = source.length + (date_from || date_to ? 1 : 0);
  const summary = form.querySelector(".narrow summary");
  if (count) summary.dataset.count = count;
  else delete summary.dataset.count;
  for (const year of form.querySelectorAll(".year")) {
    year.ariaPressed = String(year.dataset.from === date_from && year.dataset.to === date_to);
  }
}

/** The page that answers this question under these filters. */
export function address(question, { source, date_from, date_to }) {
  const all = new URLSearchParams({ q: question });
  for (const paper of source) all.append("source", paper);
  if (date_from) all.append("date_from", date_from);
  if (date_to) all.append("date_to", date_to);
  return `/?${all}`;
}
