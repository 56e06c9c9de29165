import sharp from "sharp";

/** A JPEG that looks like something once it is a video; made of shapes, so that no font is needed. */
export async function makePicture(): Promise<Buffer> {
  const rays = Array.from(
    { length: 24 },
    (_, index) =>
      `<rect x="536" y="-700" width="8" height="1400" fill="#fff" opacity="0.10" transform="translate(0 675) rotate(${index * 15} 540 0)"/>`,
  );
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="1080" height="1350">
    <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#1b2a6b"/><stop offset="0.6" stop-color="#e4577a"/><stop offset="1" stop-color="#ffc56b"/></linearGradient></defs>
    <rect width="1080" height="1350" fill="url(#sky)"/>${rays.join("")}
    <circle cx="540" cy="675" r="250" fill="#fff"/><polygon points="470,535 470,815 710,675" fill="#e4577a"/>
  </svg>`;
  return await sharp(Buffer.from(picture)).jpeg({ quality: 88 }).toBuffer();
}
