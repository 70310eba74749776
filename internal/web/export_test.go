package web

// FormulaSafe is for the fuzz test of exported cells.
var FormulaSafe = formulaSafe
