package foreign

// MaxArchive is the size of an archive that is opened.
const MaxArchive = 32 << 20
