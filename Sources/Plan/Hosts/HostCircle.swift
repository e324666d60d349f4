/// By what else than their names selectors find hosts; empty in a lab, whose hosts have names only.
struct HostCircle {
    /// By host.
    var labels: [String: [String: String]] = [:]
    /// By group, its hosts in the order of the file.
    var groups: [String: [String]] = [:]
    /// The hosts are there without us: a load may go elsewhere too, to what stands before them.
    var isInventory = false

    init() {}

    init(_ hosts: [(name: String, site: HostSite)]) {
        isInventory = true
        labels = Dictionary(hosts.map { ($0.name, $0.site.labels) }) { first, _ in first }
        for (name, site) in hosts {
            for group in site.groups { groups[group, default: []].append(name) }
        }
    }

    /// "the lab has", or "there are": what comes before a list of hosts.
    var introduction: String { isInventory ? "there are" : "the lab has" }

    /// "tier=web" of all hosts, sorted.
    var labelTexts: [String] {
        Set(labels.values.flatMap { $0.map { "\($0.key)=\($0.value)" } }).sorted()
    }
}
