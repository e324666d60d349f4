/// The names of an authority's and a bundle's files, in PEM.
enum KeyFile {
    /// The authority's certificate; everybody has it.
    static let authority = "authority.pem"
    /// The authority's private key; it never leaves the operator's machine.
    static let authorityKey = "authority-key.pem"
    /// The list of revoked certificates; everybody has it.
    static let revoked = "revoked.pem"
    static let certificate = "certificate.pem"
    static let key = "key.pem"
}
