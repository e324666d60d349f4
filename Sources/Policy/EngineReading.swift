import Containers
import Plan

extension Reader {
    /// `[docker, podman]`, `{ docker: /path/docker.sock }` or `refused`.
    func engineRules(_ value: Value) -> [EngineRule]? {
        let names = EngineKind.allCases.map(\.rawValue)
        if value.text == "refused" { return [] }
        if value.pairs != nil {
            guard let fields = Fields(value, "engines", keys: names, problems: problems) else { return nil }
            let rules = names.compactMap { name in
                fields[name].flatMap { path($0, name) }.map { EngineRule(name, socket: $0) }
            }
            if rules.isEmpty, problems.isEmpty {
                let message = "engines is empty; expected docker: /run/docker.sock, or engines: refused"
                problems.add("no-rule", at: value.place, message)
            }
            return rules.isEmpty ? nil : rules
        }
        let items = filled(value, "engines", example: "docker")
        let rules = items.compactMap { item in
            word(item, "engine", of: names + (value.list == nil ? ["refused"] : []))
        }
        return rules.isEmpty || rules.count < items.count ? nil : rules.map { EngineRule($0) }
    }
}
