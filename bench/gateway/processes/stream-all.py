"""For mitmproxy: passes bodies on as they come, as a person would set it who streams."""


def requestheaders(flow):
    flow.request.stream = True


def responseheaders(flow):
    flow.response.stream = True
