/// What loads of databases have in common: the address with a log-in in it.
extension Reader {
    /// `url:` and `password-variable:`; `path` is what stands behind host and port.
    func server(
        _ fields: Fields,
        schemes: [String],
        form: String,
        standardPort: UInt16,
        hosts: [String]
    ) -> (address: ServerAddress, isSecure: Bool, path: String, place: Place)? {
        guard let value = fields.required("url", "\"\(form)\""),
            let text = text(value, "url", expected: "an address such as \(form)")
        else { return nil }
        let variable = fields["password-variable"].map { passwordVariable($0) }
        if case .some(.none) = variable { return nil }
        do {
            let url = try ServerURL(text, schemes: schemes, form: form)
            guard isAllowed(url.address, "url", at: value, shown: form, hosts: hosts) else { return nil }
            if variable != nil, url.password != nil {
                problems.add(
                    "password",
                    at: fields.place(of: "password-variable"),
                    "the url holds a password, and password-variable names another; expected one of them"
                )
                return nil
            }
            let secret = url.password.map(Secret.password) ?? variable.flatMap { $0 }.map(Secret.variable)
            let address = ServerAddress(
                host: url.address.host,
                port: url.address.port ?? standardPort,
                user: url.user,
                secret: secret
            )
            return (address, url.isSecure, url.address.path, value.place)
        } catch {
            problems.add("address", at: value.place, "url: \(error.message)")
            return nil
        }
    }

    private func passwordVariable(_ value: Value) -> String? {
        let prefix = Secret.variablePrefix
        let expected = "the name of an environment variable such as \(prefix)PASSWORD"
        guard let name = text(value, "password-variable", expected: expected) else { return nil }
        let isName = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
        }
        guard name.hasPrefix(prefix), isName, name.utf8.count <= 64 else {
            let message =
                "password-variable is \(quoted(name)); expected a name that begins with \(prefix), of capitals, digits and _"
            problems.add("password", at: value.place, message)
            return nil
        }
        return name
    }
}
