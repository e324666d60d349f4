/// One element of XML or of HTML written as XML: names are ours, attribute values and text may come from anywhere and are
/// escaped when rendered.
struct Element: Sendable {
    let name: String
    let attributes: [(name: String, value: String)]
    let children: [Markup]

    /// Attributes without a value (nil) are left out.
    init(
        _ name: String,
        _ attributes: KeyValuePairs<String, String?> = [:],
        @MarkupBuilder _ children: () -> [Markup] = { [] }
    ) {
        self.name = name
        self.attributes = attributes.compactMap { key, value in value.map { (key, $0) } }
        self.children = children()
    }

    /// With text as its only child.
    init(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String) {
        self.init(name, attributes) { Markup.text(text) }
    }

    var rendered: String {
        var text = ""
        render(into: &text)
        return text
    }

    func render(into text: inout String) {
        text += "<" + name
        for (key, value) in attributes {
            text += " \(key)=\"" + value.escapedForMarkup + "\""
        }
        // HTML knows void elements only by name; everything else needs its end tag there.
        if children.isEmpty, Self.selfClosing.contains(name) {
            text += "/>"
            return
        }
        text += ">"
        for child in children {
            switch child {
            case .element(let element): element.render(into: &text)
            case .text(let content): text += content.escapedForMarkup
            case .stylesheet(let content): text += content
            case .lineBreak: text += "\n"
            }
        }
        text += "</\(name)>"
    }

    /// HTML's void elements that are used here, and those of SVG that HTML's parser closes by the slash.
    private static let selfClosing: Set<String> = [
        "meta", "br", "rect", "line", "path", "circle", "use", "polyline", "failure", "error", "skipped",
        "property",
    ]
}

/// What an element may hold.
enum Markup: Sendable {
    case element(Element)
    case text(String)
    /// Our own CSS, as it is: it has no "<" and no "&".
    case stylesheet(String)
    case lineBreak
}

@resultBuilder
enum MarkupBuilder {
    static func buildExpression(_ element: Element) -> [Markup] { [.element(element)] }
    static func buildExpression(_ elements: [Element]) -> [Markup] { elements.map { .element($0) } }
    static func buildExpression(_ element: Element?) -> [Markup] { element.map { [.element($0)] } ?? [] }
    static func buildExpression(_ markup: Markup) -> [Markup] { [markup] }
    static func buildExpression(_ markup: [Markup]) -> [Markup] { markup }
    static func buildExpression(_ text: String) -> [Markup] { [.text(text)] }
    static func buildBlock(_ parts: [Markup]...) -> [Markup] { parts.flatMap { $0 } }
    static func buildOptional(_ part: [Markup]?) -> [Markup] { part ?? [] }
    static func buildEither(first: [Markup]) -> [Markup] { first }
    static func buildEither(second: [Markup]) -> [Markup] { second }
    static func buildArray(_ parts: [[Markup]]) -> [Markup] { parts.flatMap { $0 } }
}
