package web

// FormulaSafe is for the fuzz test of exported cells.
var FormulaSafe = formulaSafe

// Spreadsheet is for the tests of exported files.
var Spreadsheet = spreadsheet

// Alike is for the test of answers that channels share.
var Alike = alike
