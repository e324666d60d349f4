import Verdict

/// What kept the run from being judged as planned. Shown at the top: it qualifies everything below.
struct IncidentList: Sendable {
    let verdict: Verdict

    var html: Element {
        Element("div", ["class": "incidents", "role": "note"]) {
            Element("p") { Element("strong", text: "The run did not go as planned") }
            Element("ul") {
                verdict.incidents.map { incident in
                    Element("li") {
                        incident.text + " "
                        Element("span", ["class": "quiet"], text: "(exit code \(incident.exitCode))")
                    }
                }
            }
        }
    }
}
