/**
 * What the page does besides being read: copying, finding, and saying where the reader is. A string, as this API has no
 * bundler for browsers; without it all of the page is there and readable.
 */
export const PAGE_SCRIPT = `
const status = document.querySelector('.copied');
for (const button of document.querySelectorAll('.copy')) {
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.closest('figure').querySelector('code').textContent);
    status.textContent = 'Copied.';
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; status.textContent = ''; }, 1500);
  });
}

const contents = document.getElementById('contents');
const menu = document.querySelector('.menu');
menu.hidden = false;
const open = (isOpen) => {
  menu.setAttribute('aria-expanded', isOpen);
  document.body.classList.toggle('with-contents', isOpen);
};
menu.addEventListener('click', () => open(menu.getAttribute('aria-expanded') !== 'true'));
contents.addEventListener('click', (event) => { if (event.target.closest('a')) open(false); });
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && menu.getAttribute('aria-expanded') === 'true') { open(false); menu.focus(); }
  if (event.key === 'k' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); filter.focus(); }
});

const filter = document.querySelector('.filter');
filter.hidden = false;
filter.addEventListener('input', () => {
  const words = filter.value.toLowerCase().split(/\\s+/);
  for (const item of contents.querySelectorAll('[data-words]')) {
    item.hidden = !words.every((word) => item.dataset.words.includes(word));
  }
  for (const list of contents.querySelectorAll('.group + ul')) {
    const isEmpty = !list.querySelector('li:not([hidden])');
    list.hidden = isEmpty;
    list.previousElementSibling.hidden = isEmpty;
  }
});

const links = new Map([...contents.querySelectorAll('a[href^="#"]')].map((link) => [link.hash.slice(1), link]));
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    contents.querySelector('[aria-current]')?.removeAttribute('aria-current');
    const link = links.get(target.id);
    link.setAttribute('aria-current', 'true');
    if (!matchMedia('(max-width: 899px)').matches) link.scrollIntoView({ block: 'nearest' });
  }
}, { rootMargin: '-72px 0px -75% 0px' });
for (const id of links.keys()) seen.observe(document.getElementById(id));
`;
