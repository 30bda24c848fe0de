// Opens workbooks in a JavaScript library, enters cells and saves them.
//
// Reads an order as JSON from standard input: {library, jobs: [{source, targets, cells}]},
// targets by format.
// A cell is {sheet, address, kind, value}; kind is text, number or date (value: ISO day).
"use strict";
const fs = require("fs");

function day(value) {
  return new Date(`${value}T00:00:00Z`);
}

function serial(value) {
  return Math.round((day(value) - Date.UTC(1899, 11, 30)) / 86400000);
}

const libraries = {
  // SheetJS: values and formulas; it keeps no validation and no style in its free edition.
  xlsx(xlsx, job) {
    const book = xlsx.readFile(job.source, { cellStyles: true, cellNF: true, bookVBA: true });
    for (const { sheet, address, kind, value } of job.cells) {
      const old = book.Sheets[sheet][address] || {};
      const typed = kind === "text" ? { t: "s", v: value } : { t: "n", v: kind === "date" ? serial(value) : value };
      book.Sheets[sheet][address] = { z: old.z || (kind === "date" ? "yyyy-mm-dd" : undefined), ...typed };
    }
    for (const [kind, target] of Object.entries(job.targets)) {
      xlsx.writeFile(book, target, { bookType: kind === "xls" ? "biff8" : kind });
    }
  },
  async exceljs(exceljs, job) {
    const book = new exceljs.Workbook();
    await book.xlsx.readFile(job.source);
    for (const { sheet, address, kind, value } of job.cells) {
      book.getWorksheet(sheet).getCell(address).value = kind === "date" ? day(value) : value;
    }
    await book.xlsx.writeFile(job.targets.xlsx);
  },
  async "xlsx-populate"(populate, job) {
    const book = await populate.fromFileAsync(job.source);
    for (const { sheet, address, kind, value } of job.cells) {
      book.sheet(sheet).cell(address).value(kind === "date" ? serial(value) : value);
    }
    await book.toFileAsync(job.targets.xlsx);
  },
};

async function main() {
  const order = JSON.parse(fs.readFileSync(0, "utf8"));
  const library = require(order.library);
  for (const job of order.jobs) {
    await libraries[order.library](library, job);
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
