"""Hosts that are never loaded: analytics, advertising and click counters of others, whatever a configuration says.

Visits to them would count as visits of people, cost somebody money, and reach a company that nobody asked. Pure, and
without imports, so that the load processes can ask as well.
"""

TRACKERS: dict[str, str] = {
    "google-analytics.com": "Google Analytics",
    "analytics.google.com": "Google Analytics",
    "googletagmanager.com": "Google Tag Manager",
    "googletagservices.com": "Google Publisher Tag",
    "googleadservices.com": "Google Ads",
    "googlesyndication.com": "Google Ads",
    "adservice.google.com": "Google Ads",
    "doubleclick.net": "Google Marketing Platform",
    "facebook.com": "Meta",
    "facebook.net": "Meta Pixel",
    "clarity.ms": "Microsoft Clarity",
    "bat.bing.com": "Microsoft Advertising",
    "ads.linkedin.com": "LinkedIn Ads",
    "licdn.com": "LinkedIn Insight Tag",
    "analytics.tiktok.com": "TikTok Pixel",
    "ads-twitter.com": "X Ads",
    "analytics.twitter.com": "X Ads",
    "t.co": "X link counter",
    "ct.pinterest.com": "Pinterest Tag",
    "tr.snapchat.com": "Snap Pixel",
    "sc-static.net": "Snap Pixel",
    "adnxs.com": "Xandr",
    "adsrvr.org": "The Trade Desk",
    "amazon-adsystem.com": "Amazon Ads",
    "criteo.com": "Criteo",
    "criteo.net": "Criteo",
    "taboola.com": "Taboola",
    "outbrain.com": "Outbrain",
    "demdex.net": "Adobe Audience Manager",
    "omtrdc.net": "Adobe Analytics",
    "2o7.net": "Adobe Analytics",
    "hotjar.com": "Hotjar",
    "hotjar.io": "Hotjar",
    "fullstory.com": "FullStory",
    "mixpanel.com": "Mixpanel",
    "amplitude.com": "Amplitude",
    "segment.io": "Segment",
    "segment.com": "Segment",
    "hs-analytics.net": "HubSpot",
    "mc.yandex.ru": "Yandex Metrica",
    "list-manage.com": "Mailchimp link counter",
    "sendgrid.net": "SendGrid link counter",
    "bit.ly": "Bitly link counter",
}
"""Domain -> whose it is; its subdomains belong to it.

Sources: the vendors' own instructions for their tags (Google: developers.google.com/tag-platform/security/guides/csp),
and the categories of DuckDuckGo's Tracker Radar (github.com/duckduckgo/tracker-radar, domains/).
"""


def tracker_of(host: str) -> str:
    """Whose tracking, advertising or click-counting host this is; "" for every other host.

    `host` is a name without port, in any case and with or without a trailing dot.
    """
    labels = host.lower().rstrip(".").split(".")
    return next((TRACKERS[name] for i in range(len(labels)) if (name := ".".join(labels[i:])) in TRACKERS), "")
