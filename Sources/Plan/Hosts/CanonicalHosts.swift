/// `hosts:` as canonical text; groups stand with their hosts.
extension CanonicalText {
    static func host(_ site: HostSite) -> String {
        let quoted = { (map: [String: String]) in
            Self.map(map.sorted { $0.key < $1.key }.map { (quote($0.key), quote($0.value)) })
        }
        return map([
            ("agent", quote(site.agent.text)),
            ("addresses", list(site.addresses.map(quote))),
            ("interface", quote(site.interface)),
            ("labels", site.labels.isEmpty ? nil : quoted(site.labels)),
            ("groups", site.groups.isEmpty ? nil : list(site.groups.map(quote))),
            (
                "services",
                site.services.isEmpty
                    ? nil
                    : map(
                        site.services.sorted { $0.key < $1.key }.map { name, target in
                            (quote(name), map([self.target(target)]))
                        }
                    )
            ),
        ])
    }
}
