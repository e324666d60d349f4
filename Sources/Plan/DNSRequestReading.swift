extension Reader {
    /// `dns:` of a load.
    func dnsRequest(_ value: Value, hosts: [String]) -> DNSRequestPlan? {
        let keys = ["server", "name", "type", "over", "timeout"]
        guard let fields = Fields(value, "dns", keys: keys, problems: problems) else { return nil }
        let server = fields.required("server", "dns://ns1:53")
            .flatMap { target($0, "server", .dns, port: 53, hosts: hosts) }
        let name = fields.required("name", "example.org").flatMap { domainName($0) }
        let types = DNSRequestPlan.RecordType.allCases
        let type = optional(fields["type"], .a) { value in
            word(value, "type", of: types.map(\.text)).flatMap { text in types.first { $0.text == text } }
        }
        let over = optional(fields["over"], .udp) {
            word($0, "over", of: DNSRequestPlan.Transport.allCases.map(\.rawValue))
                .flatMap(DNSRequestPlan.Transport.init)
        }
        guard let server, let name, let type, let over, let timeout = requestTimeout(fields) else {
            return nil
        }
        return DNSRequestPlan(server: server, name: name, type: type, over: over, timeout: timeout)
    }

    /// What differs from request to request is looked at with the data that fill it.
    private func domainName(_ value: Value) -> String? {
        guard let text = text(value, "name", expected: "a domain name such as example.org") else {
            return nil
        }
        if text == "." { return text }
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        guard TextTemplate.isMeant(name) || DomainName.isName(name) else {
            problems.add("name", at: value.place, "name is \(quoted(text)); expected \(DomainName.expected)")
            return nil
        }
        return name
    }
}
