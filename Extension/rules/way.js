// Which way captions come: of the whole video by its address, or live from the tab's sound.

const ofYouTube = /^(www\.|m\.|music\.)?youtube(-nocookie)?\.com$/;

/** The address of a video on YouTube, without what says where it was found; nothing for any other page. */
function addressOnYouTube(page) {
  if (!ofYouTube.test(page.hostname)) return undefined;
  const [, kind, inPath] = page.pathname.match(/^\/(shorts|embed|live)\/([\w-]+)/) ?? [];
  const video = page.pathname === "/watch" ? page.searchParams.get("v") : kind && inPath;
  return video ? `https://www.youtube.com/watch?v=${video}` : undefined;
}

const isOfTheWeb = address => URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);

/**
 * The address by which a service may get the sound of a video; nothing where only the tab's sound will do.
 *
 * A video of a file has its own address. One that a page puts together from pieces (`blob:`) is known by the page's, which
 * the service may be able to resolve; if not, it says so, and the tab's sound is taken.
 */
export function addressOf({page, source, isBroadcast, isProtected}) {
  if (isProtected || isBroadcast) return undefined;
  const onYouTube = isOfTheWeb(page) ? addressOnYouTube(new URL(page)) : undefined;
  if (onYouTube) return onYouTube;
  if (isOfTheWeb(source)) return source;
  return source.startsWith("blob:") && isOfTheWeb(page) ? page : undefined;
}

/** The way for a video that a page has, or for a page without one: {kind: "address", address} or {kind: "sound"}. */
export function wayFor(video, {soundOnly}) {
  const address = video && !soundOnly ? addressOf(video) : undefined;
  return address ? {kind: "address", address} : {kind: "sound"};
}
